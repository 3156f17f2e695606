package io.trainwatch.optional.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.Statuses;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Judge;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.Window;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Rows;
import io.trainwatch.store.Store;
import io.trainwatch.watch.ActionTaken;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.LookRecorder.Recording;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks are recorded with what they decided, or not at all, and forgotten in time. */
@OnBothEngines
class HistoryTest {

    private static final JobKey JOB = new JobKey("acme", "bots", "a");
    private static final JobKey OTHER = new JobKey("acme", "bots", "b");
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    private final Engine engine;
    private final SettableClock clock = new SettableClock();
    private final Policy policy = policy(95);
    private Store store;
    private History history;
    private Observed observed = Observed.none();
    private long fence;
    private Handle open;

    @TempDir
    Path folder;

    HistoryTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
        history = new History(store, true);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aLookIsRecordedInTheTransactionThatCommitsIt() {
        look(JOB, 50);
        look(JOB, 99);
        TrialSummary summary = replay();
        assertThat(summary.looks()).isEqualTo(2);
        assertThat(summary.isSame()).isTrue();

        Recording lost = prepared(JOB, 50);
        assertThatThrownBy(() -> store.transaction(handle -> {
                    history.write(handle, List.of(lost));
                    throw new IllegalStateException("the look is stale");
                }))
                .hasMessage("the look is stale");
        assertThat(replay().looks()).isEqualTo(2);
    }

    @Test
    void nothingIsRecordedWhereItIsTurnedOff() {
        History off = new History(store, false);
        Look look = claimed(JOB);
        assertThat(off.prepare(look, judge(look, judged(50), policy), ActionTaken.NONE))
                .isEmpty();
    }

    @Test
    void aLookAfterARestartIsRecordedWholeSoThatNothingIsMissed() {
        look(JOB, 50);
        history = new History(store, true);
        look(JOB, 60);
        look(JOB, 70);
        assertThat(export()).hasSize(5).satisfies(lines -> {
            assertThat(lines.get(2)).doesNotContain("\"before\"");
            assertThat(lines.get(3)).contains("\"before\":{\"state\":\"RUNNING\"");
            assertThat(lines.get(4)).doesNotContain("\"before\"");
        });
        assertThat(replay().isSame()).isTrue();
    }

    @Test
    void aLookThatWasNotRecordedIsAGapThatAReplayGoesOnAfter() {
        look(JOB, 99);
        judged(99);
        history = new History(store, true);
        look(JOB, 98);
        TrialSummary summary = replay();
        assertThat(summary.gaps()).isEqualTo(1);
        assertThat(summary.looks()).isEqualTo(2);
        assertThat(summary.mismatches()).isZero();
    }

    @Test
    void aDecisionThatDoesNotFollowIsFound() {
        look(JOB, 99);
        look(JOB, 99);
        store.transaction(handle -> handle.execute("update recorded_look set look = replace(look, '99.0', '98.0')"));
        TrialSummary summary = replay();
        assertThat(summary.mismatches()).isZero();
        look(JOB, 99);
        store.transaction(handle -> handle.execute(
                "update recorded_look set look = replace(look, '\"c\":99.0', '\"c\":12.0') where fence = 3"));
        assertThat(replay().notable()).singleElement().satisfies(job -> {
            assertThat(job.mismatch().look()).isEqualTo(3);
            assertThat(job.mismatch().recorded()).contains("breached");
            assertThat(job.mismatch().replayed()).contains("running");
        });
    }

    @Test
    void looksAreForgottenWhenTheyAreOld() {
        look(OTHER, 50);
        look(JOB, 50);
        clock.advance(Duration.ofDays(10));
        look(JOB, 60);
        look(JOB, 99);
        clock.advance(Duration.ofDays(5));
        new Forgetting(store, Duration.ofDays(14), 1_000, clock).forget();
        TrialSummary summary = replay();
        assertThat(summary.jobs()).isEqualTo(1);
        assertThat(summary.cut()).isEqualTo(1);
        assertThat(Rows.count(store, "recorded_job")).isEqualTo(1);
        assertThat(Rows.count(store, "recorded_policy")).isEqualTo(1);

        new Forgetting(store, Duration.ZERO, 1_000, clock).forget();
        assertThat(Rows.count(store, "recorded_look")).isZero();
        clock.advance(Duration.ofDays(2));
        new Forgetting(store, Duration.ofDays(1), 1_000, clock).forget();
        assertThat(Rows.count(store, "recorded_policy")).isZero();
    }

    @Test
    void aJobThatLostItsBeginningIsJudgedFromTheNextLookThatIsWhole() {
        looks(1_100);
        clock.advance(Duration.ofDays(1));
        new Forgetting(store, Duration.ofDays(1).plus(INTERVAL.multipliedBy(1_000)), 10_000, clock).forget();
        TrialSummary summary = replay();
        assertThat(summary.cut()).isEqualTo(1);
        assertThat(summary.skipped()).isBetween(300L, 500L);
        assertThat(summary.looks()).isGreaterThan(500);
        assertThat(summary.mismatches()).isZero();
    }

    @Test
    void tooManyLooksAreForgottenTheOldestFirst() {
        looks(700);
        Forgetting forgetting = new Forgetting(store, Duration.ofDays(14), 100, clock);
        forgetting.forget();
        assertThat(Rows.count(store, "recorded_look")).isEqualTo(100);
        assertThat(store.<Long>read(handle -> handle.createQuery("select min(fence) from recorded_look")
                        .mapTo(Long.class)
                        .one()))
                .isEqualTo(601);
    }

    @Test
    void aChangeOfThePolicyIsKnownByLook() {
        look(JOB, 99);
        lookBy(policy(99.5), JOB, 99);
        look(JOB, 99);
        assertThat(replay().isSame()).isTrue();
        assertThat(Rows.count(store, "recorded_policy")).isEqualTo(2);
        assertThat(PolicyTrial.of(new StoredHistory(store, "store"), (job, live) -> Optional.of(policy(99.5)))
                        .different())
                .isEqualTo(1);
    }

    private static Policy policy(double maxCpu) {
        return new Policy(true, null, List.of(new CpuRule(null, null, maxCpu, Window.SINGLE)));
    }

    /** In one transaction, since each would wait for the disk. */
    private void looks(int many) {
        store.transaction(handle -> {
            open = handle;
            IntStream.range(0, many).forEach(i -> look(JOB, i % 90));
            open = null;
            return null;
        });
    }

    private void look(JobKey job, double cpu) {
        lookBy(policy, job, cpu);
    }

    private void lookBy(Policy by, JobKey job, double cpu) {
        if (job == OTHER) {
            observed = Observed.none();
        }
        JobStatus status = Statuses.of(TrainingState.RUNNING, 1, cpu, 1);
        Look look = claimed(job);
        Decision decision = judge(look, status, by);
        ActionTaken action = cpu > 95 && by == policy ? ActionTaken.CANCEL : ActionTaken.NONE;
        List<Recording> recording =
                history.prepare(look, decision, action).stream().toList();
        if (open == null) {
            store.transaction(handle -> {
                history.write(handle, recording);
                return null;
            });
        } else {
            history.write(open, recording);
        }
        history.committed(recording);
        observed = job == OTHER ? Observed.none() : decision.observed();
        clock.advance(INTERVAL);
    }

    private Recording prepared(JobKey job, double cpu) {
        Look look = claimed(job);
        Decision decision = judge(look, Statuses.of(TrainingState.RUNNING, 1, cpu, 1), policy);
        return history.prepare(look, decision, ActionTaken.NONE).orElseThrow();
    }

    /** A look of which nothing is recorded. */
    private JobStatus judged(double cpu) {
        JobStatus status = Statuses.of(TrainingState.RUNNING, 1, cpu, 1);
        observed = judge(claimed(JOB), status, policy).observed();
        clock.advance(INTERVAL);
        return status;
    }

    private Decision judge(Look look, JobStatus status, Policy by) {
        Observed seen = look.job().observed().after(status, clock.instant());
        return Judge.of(by).judge(status, look.job().state(), seen, clock.instant());
    }

    private Look claimed(JobKey job) {
        return RecordedLooks.look(job, observed, ++fence, clock.instant());
    }

    private TrialSummary replay() {
        return PolicyTrial.replay(new StoredHistory(store, "store"));
    }

    private List<String> export() {
        StringWriter text = new StringWriter();
        HistoryExport.write(new StoredHistory(store, "store"), job -> true, Instant.EPOCH, text);
        return text.toString().lines().toList();
    }
}
