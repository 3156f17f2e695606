package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.Statuses;
import io.trainwatch.job.TrainingState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration MAX_STAGNATION = Duration.ofSeconds(300);
    private static final JobStatus HOT = Statuses.of(TrainingState.RUNNING, 10, 100, 100);

    private final Judge judge = judge(true);

    @Test
    void aJobWithinItsLimitsIsHealthy() {
        assertThat(firstLook(TrainingState.RUNNING, 95, 90)).isEqualTo(new Verdict.Healthy());
    }

    @Test
    void cpuOverTheLimitIsABreach() {
        Verdict.Breached verdict = (Verdict.Breached) firstLook(TrainingState.RUNNING, 95.1, 10);
        assertThat(verdict.first())
                .isEqualTo(new Breach(
                        "max-cpu",
                        Level.CANCEL,
                        95.1,
                        95,
                        START,
                        "CPU above 95 %, 1 of 1",
                        "1 of 1",
                        "1 of the latest 1 readings were over the limit"));
        assertThat(verdict.cancel()).isTrue();
        assertThat(verdict.outcome()).isEqualTo("breached");
    }

    @Test
    void memoryOverTheLimitIsABreachAndAllBreachesAreTold() {
        Verdict.Breached verdict = (Verdict.Breached) firstLook(TrainingState.RUNNING, 99, 91);
        assertThat(verdict.all()).extracting(Breach::rule).containsExactly("max-cpu", "max-memory");
    }

    @Test
    void aWaitingJobBreaksNothing() {
        assertThat(firstLook(TrainingState.QUEUED, 100, 100)).isEqualTo(new Verdict.Healthy());
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void aJobThatEndedIsFinishedWhateverItUses(TrainingState ended) {
        assertThat(firstLook(ended, 100, 100)).isEqualTo(new Verdict.Finished(ended));
    }

    @Test
    void aStandstillIsABreachAtAnyProgress() {
        for (double progress : new double[] {0, 42, 99.9}) {
            JobStatus status = Statuses.of(TrainingState.RUNNING, progress, 10, 10);
            Observed observed = judge.judge(status, null, Observed.none().after(status, START), START)
                    .observed();
            assertThat(judge.judge(status, TrainingState.RUNNING, observed, START.plusSeconds(299))
                            .verdict()
                            .outcome())
                    .isEqualTo("running");
            Verdict.Breached verdict =
                    (Verdict.Breached) judge.judge(status, TrainingState.RUNNING, observed, START.plusSeconds(300))
                            .verdict();
            assertThat(verdict.first())
                    .isEqualTo(new Breach("max-stagnation", Level.CANCEL, 300, 300, START, "no progress for 300 s"));
        }
    }

    @Test
    void aMoveBackwardsIsNeitherFollowedNorABreach() {
        JobStatus status = Statuses.of(TrainingState.RUNNING, 10, 100, 100);
        assertThat(judge.judge(status, TrainingState.COMPLETED, Observed.none().after(status, START), START)
                        .verdict())
                .isEqualTo(new Verdict.Reversed(TrainingState.COMPLETED, TrainingState.RUNNING));
    }

    @Test
    void everyVerdictHasTheNameThatRoutesTest() {
        assertThat(new Verdict.Healthy().outcome()).isEqualTo("running");
        assertThat(new Verdict.Finished(TrainingState.FAILED).outcome()).isEqualTo("finished");
        assertThat(new Verdict.Reversed(TrainingState.FAILED, TrainingState.RUNNING).outcome())
                .isEqualTo("reversed");
    }

    @Test
    void aPolicyMayOnlyReport() {
        Judge reporting = judge(false);
        JobStatus status = Statuses.of(TrainingState.RUNNING, 10, 100, 10);
        Verdict.Breached verdict = (Verdict.Breached) reporting
                .judge(status, null, Observed.none().after(status, START), START)
                .verdict();
        assertThat(verdict.cancel()).isFalse();
    }

    @Test
    void aRuleThatWarnsCancelsNothing() {
        Verdict.Breached verdict = (Verdict.Breached) verdict(
                new CpuRule(null, Level.WARN, 80, Window.SINGLE), new StagnationRule(null, null, MAX_STAGNATION, 0));
        assertThat(verdict.cancel()).isFalse();
        assertThat(verdict.first().level()).isEqualTo(Level.WARN);
    }

    @Test
    void theBreachThatCancelsIsToldBeforeOneThatWarns() {
        Verdict.Breached verdict = (Verdict.Breached) verdict(
                new CpuRule(null, Level.WARN, 80, Window.SINGLE),
                new MemoryRule(null, Level.CANCEL, 80, Window.SINGLE));
        assertThat(verdict.cancel()).isTrue();
        assertThat(verdict.all()).extracting(Breach::rule).containsExactly("max-cpu", "max-memory");
        assertThat(verdict.first().rule()).isEqualTo("max-memory");
    }

    @Test
    void theOrderOfTheRulesChangesTheOrderOfTheBreachesAlone() {
        Rule cpu = new CpuRule(null, Level.CANCEL, 80, Window.SINGLE);
        Rule memory = new MemoryRule(null, Level.CANCEL, 80, Window.SINGLE);
        Verdict.Breached one = (Verdict.Breached) verdict(cpu, memory);
        Verdict.Breached other = (Verdict.Breached) verdict(memory, cpu);
        assertThat(one.all()).containsExactlyInAnyOrderElementsOf(other.all());
        assertThat(one.cancel()).isEqualTo(other.cancel());
    }

    @Test
    void aPolicyWithoutRulesFindsEveryJobHealthy() {
        assertThat(verdict()).isEqualTo(new Verdict.Healthy());
    }

    @Test
    void whatOneLookSawCountsForTheNext() {
        Judge patient = new Judge(policy(true, new CpuRule(null, Level.CANCEL, 95, new CountWindow(2, 3))));
        Judgement first = patient.judge(HOT, null, Observed.none().after(HOT, START), START);
        assertThat(first.verdict()).isEqualTo(new Verdict.Healthy());
        Instant next = START.plusSeconds(15);
        Judgement second =
                patient.judge(HOT, TrainingState.RUNNING, first.observed().after(HOT, next), next);
        assertThat(((Verdict.Breached) second.verdict()).first().since()).isEqualTo(START);
    }

    @Test
    void whatWasJudgedByAnotherLimitDoesNotCount() {
        Instant next = START.plusSeconds(15);
        Rule strict = new CpuRule(null, Level.CANCEL, 50, new CountWindow(2, 3));
        Rule lax = new CpuRule(null, Level.CANCEL, 95, new CountWindow(2, 3));
        Observed seen = new Judge(policy(true, strict))
                .judge(HOT, null, Observed.none().after(HOT, START), START)
                .observed();
        assertThat(new Judge(policy(true, strict))
                        .judge(HOT, TrainingState.RUNNING, seen, next)
                        .verdict()
                        .outcome())
                .isEqualTo("breached");
        Judgement changed = new Judge(policy(true, lax)).judge(HOT, TrainingState.RUNNING, seen, next);
        assertThat(changed.verdict()).isEqualTo(new Verdict.Healthy());
        assertThat(changed.observed().rules().get("max-cpu").readings()).isEqualTo(1);
    }

    @Test
    void onlyRulesOfThePolicyAreRemembered() {
        Observed seen = new Judge(policy(true, new CpuRule("old", Level.CANCEL, 95, Window.SINGLE)))
                .judge(HOT, null, Observed.none().after(HOT, START), START)
                .observed();
        assertThat(seen.rules()).containsOnlyKeys("old");
        assertThat(new Judge(policy(true, new MemoryRule("new", null, 95, null)))
                        .judge(HOT, TrainingState.RUNNING, seen, START)
                        .observed()
                        .rules())
                .containsOnlyKeys("new");
    }

    @Test
    void whileAJobWaitsNothingIsForgotten() {
        Judge judging = new Judge(policy(
                true, new QueueRule(null, null, Duration.ofMinutes(1)), new CpuRule(null, null, 95, Window.SINGLE)));
        JobStatus waiting = Statuses.of(TrainingState.QUEUED, 0, 0, 0);
        Judgement first = judging.judge(waiting, null, Observed.none().after(waiting, START), START);
        assertThat(first.observed().rules()).containsOnlyKeys("max-queue-time");
        Judgement second = judging.judge(HOT, TrainingState.QUEUED, first.observed(), START.plusSeconds(90));
        assertThat(second.observed().rules()).containsOnlyKeys("max-queue-time", "max-cpu");
        assertThat(((Verdict.Breached) second.verdict()).all())
                .extracting(Breach::rule)
                .containsExactly("max-cpu");
    }

    private Verdict firstLook(TrainingState state, double cpu, double memory) {
        JobStatus status = Statuses.of(state, 10, cpu, memory);
        return judge.judge(status, null, Observed.none().after(status, START), START)
                .verdict();
    }

    private static Judge judge(boolean autoCancel) {
        return new Judge(policy(
                autoCancel,
                new CpuRule(null, null, 95, Window.SINGLE),
                new MemoryRule(null, null, 90, Window.SINGLE),
                new StagnationRule(null, null, MAX_STAGNATION, 0)));
    }

    /** Of a first look at a job with everything at its most. */
    private static Verdict verdict(Rule... rules) {
        return new Judge(policy(true, rules))
                .judge(HOT, null, Observed.none().after(HOT, START), START)
                .verdict();
    }

    private static Policy policy(boolean autoCancel, Rule... rules) {
        return new Policy(autoCancel, Duration.ofMinutes(10), List.of(rules));
    }
}
