package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.Statuses;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Decision.Verdict;
import io.trainwatch.rules.TimeRule.QueueRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import io.trainwatch.rules.Window.CountWindow;
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
        assertThat(firstLook(TrainingState.RUNNING, 95, 90)).isInstanceOf(Decision.Running.class);
    }

    @Test
    void cpuOverTheLimitIsABreach() {
        Decision decision = firstLook(TrainingState.RUNNING, 95.1, 10);
        assertThat(decision).isInstanceOf(Decision.Breached.class);
        Verdict verdict = decision.verdict();
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
        assertThat(verdict.saysCancel()).isTrue();
    }

    @Test
    void memoryOverTheLimitIsABreachAndAllBreachesAreTold() {
        Verdict verdict = firstLook(TrainingState.RUNNING, 99, 91).verdict();
        assertThat(verdict.breaches()).extracting(Breach::rule).containsExactly("max-cpu", "max-memory");
    }

    @Test
    void aWaitingJobBreaksNothing() {
        assertThat(firstLook(TrainingState.QUEUED, 100, 100)).isInstanceOf(Decision.Running.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void aJobThatEndedIsFinishedWhateverItUses(TrainingState ended) {
        Decision decision = firstLook(ended, 100, 100);
        assertThat(decision).isInstanceOf(Decision.Finished.class);
        assertThat(decision.verdict().breaches()).isEmpty();
        assertThat(((Decision.Finished) decision).isSuccess()).isEqualTo(ended == TrainingState.COMPLETED);
    }

    @Test
    void aStandstillIsABreachAtAnyProgress() {
        for (double progress : new double[] {0, 42, 99.9}) {
            JobStatus status = Statuses.of(TrainingState.RUNNING, progress, 10, 10);
            Observed observed = judge.judge(status, null, Observed.none().after(status, START), START)
                    .observed();
            assertThat(judge.judge(status, TrainingState.RUNNING, observed, START.plusSeconds(299))
                            .kind())
                    .isEqualTo("Running");
            Verdict verdict = judge.judge(status, TrainingState.RUNNING, observed, START.plusSeconds(300))
                    .verdict();
            assertThat(verdict.first())
                    .isEqualTo(new Breach("max-stagnation", Level.CANCEL, 300, 300, START, "no progress for 300 s"));
        }
    }

    @Test
    void aMoveBackwardsIsNeitherFollowedNorABreach() {
        JobStatus status = Statuses.of(TrainingState.RUNNING, 10, 100, 100);
        Decision decision =
                judge.judge(status, TrainingState.COMPLETED, Observed.none().after(status, START), START);
        assertThat(decision).isInstanceOf(Decision.Reversed.class);
        assertThat(decision.verdict().breaches()).isEmpty();
    }

    @Test
    void everyDecisionHasTheNameThatRoutesTest() {
        assertThat(Decision.class.getPermittedSubclasses())
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrder("Finished", "Breached", "CancelAgain", "Running", "Confirmed", "Reversed");
        assertThat(firstLook(TrainingState.RUNNING, 99, 10).kind()).isEqualTo("Breached");
    }

    @Test
    void whatWasDecidedBeforeIsNotDecidedAgain() {
        for (Decision decision :
                List.of(firstLook(TrainingState.RUNNING, 99, 10), firstLook(TrainingState.RUNNING, 10, 10))) {
            assertThat(decision.whileStopping(true)).isEqualTo(new Decision.CancelAgain(decision.verdict()));
            assertThat(decision.whileStopping(false)).isEqualTo(new Decision.Running(decision.verdict()));
            assertThat(decision.onceEnded()).isSameAs(decision);
        }
        Decision end = firstLook(TrainingState.FAILED, 10, 10);
        assertThat(end.whileStopping(true)).isSameAs(end);
        assertThat(end.isFollowed()).isTrue();
        assertThat(end.onceEnded()).isEqualTo(new Decision.Confirmed(end.verdict()));
        assertThat(end.onceEnded().isFollowed()).isFalse();
    }

    @Test
    void aPolicyMayOnlyReport() {
        Judge reporting = judge(false);
        JobStatus status = Statuses.of(TrainingState.RUNNING, 10, 100, 10);
        Verdict verdict = reporting
                .judge(status, null, Observed.none().after(status, START), START)
                .verdict();
        assertThat(verdict.saysCancel()).isFalse();
    }

    @Test
    void aRuleThatWarnsCancelsNothing() {
        Verdict verdict = verdict(
                new CpuRule(null, Level.WARN, 80, Window.SINGLE), new StagnationRule(null, null, MAX_STAGNATION, 0));
        assertThat(verdict.saysCancel()).isFalse();
        assertThat(verdict.first().level()).isEqualTo(Level.WARN);
    }

    @Test
    void theBreachThatCancelsIsToldBeforeOneThatWarns() {
        Verdict verdict = verdict(
                new CpuRule(null, Level.WARN, 80, Window.SINGLE),
                new MemoryRule(null, Level.CANCEL, 80, Window.SINGLE));
        assertThat(verdict.saysCancel()).isTrue();
        assertThat(verdict.breaches()).extracting(Breach::rule).containsExactly("max-cpu", "max-memory");
        assertThat(verdict.first().rule()).isEqualTo("max-memory");
    }

    @Test
    void theOrderOfTheRulesChangesTheOrderOfTheBreachesAlone() {
        Rule cpu = new CpuRule(null, Level.CANCEL, 80, Window.SINGLE);
        Rule memory = new MemoryRule(null, Level.CANCEL, 80, Window.SINGLE);
        Verdict one = verdict(cpu, memory);
        Verdict other = verdict(memory, cpu);
        assertThat(one.breaches()).containsExactlyInAnyOrderElementsOf(other.breaches());
        assertThat(one.saysCancel()).isEqualTo(other.saysCancel());
    }

    @Test
    void aPolicyWithoutRulesFindsEveryJobHealthy() {
        assertThat(verdict().breaches()).isEmpty();
    }

    @Test
    void whatOneLookSawCountsForTheNext() {
        Judge patient = Judge.of(policy(true, new CpuRule(null, Level.CANCEL, 95, new CountWindow(2, 3))));
        Decision first = patient.judge(HOT, null, Observed.none().after(HOT, START), START);
        assertThat(first).isInstanceOf(Decision.Running.class);
        Instant next = START.plusSeconds(15);
        Decision second =
                patient.judge(HOT, TrainingState.RUNNING, first.observed().after(HOT, next), next);
        assertThat(second.verdict().first().since()).isEqualTo(START);
    }

    @Test
    void whatWasJudgedByAnotherLimitDoesNotCount() {
        Instant next = START.plusSeconds(15);
        Rule strict = new CpuRule(null, Level.CANCEL, 50, new CountWindow(2, 3));
        Rule lax = new CpuRule(null, Level.CANCEL, 95, new CountWindow(2, 3));
        Observed seen = Judge.of(policy(true, strict))
                .judge(HOT, null, Observed.none().after(HOT, START), START)
                .observed();
        assertThat(Judge.of(policy(true, strict))
                        .judge(HOT, TrainingState.RUNNING, seen, next)
                        .kind())
                .isEqualTo("Breached");
        Decision changed = Judge.of(policy(true, lax)).judge(HOT, TrainingState.RUNNING, seen, next);
        assertThat(changed).isInstanceOf(Decision.Running.class);
        assertThat(changed.observed().rules().get("max-cpu").readings()).isEqualTo(1);
    }

    @Test
    void onlyRulesOfThePolicyAreRemembered() {
        Observed seen = Judge.of(policy(true, new CpuRule("old", Level.CANCEL, 95, Window.SINGLE)))
                .judge(HOT, null, Observed.none().after(HOT, START), START)
                .observed();
        assertThat(seen.rules()).containsOnlyKeys("old");
        assertThat(Judge.of(policy(true, new MemoryRule("new", null, 95, null)))
                        .judge(HOT, TrainingState.RUNNING, seen, START)
                        .observed()
                        .rules())
                .containsOnlyKeys("new");
    }

    @Test
    void whileAJobWaitsNothingIsForgotten() {
        Judge judging = Judge.of(policy(
                true, new QueueRule(null, null, Duration.ofMinutes(1)), new CpuRule(null, null, 95, Window.SINGLE)));
        JobStatus waiting = Statuses.of(TrainingState.QUEUED, 0, 0, 0);
        Decision first = judging.judge(waiting, null, Observed.none().after(waiting, START), START);
        assertThat(first.observed().rules()).containsOnlyKeys("max-queue-time");
        Decision second = judging.judge(HOT, TrainingState.QUEUED, first.observed(), START.plusSeconds(90));
        assertThat(second.observed().rules()).containsOnlyKeys("max-queue-time", "max-cpu");
        assertThat(second.verdict().breaches()).extracting(Breach::rule).containsExactly("max-cpu");
    }

    private Decision firstLook(TrainingState state, double cpu, double memory) {
        JobStatus status = Statuses.of(state, 10, cpu, memory);
        return judge.judge(status, null, Observed.none().after(status, START), START);
    }

    private static Judge judge(boolean autoCancel) {
        return Judge.of(policy(
                autoCancel,
                new CpuRule(null, null, 95, Window.SINGLE),
                new MemoryRule(null, null, 90, Window.SINGLE),
                new StagnationRule(null, null, MAX_STAGNATION, 0)));
    }

    /** Of a first look at a job with everything at its most. */
    private static Verdict verdict(Rule... rules) {
        return Judge.of(policy(true, rules))
                .judge(HOT, null, Observed.none().after(HOT, START), START)
                .verdict();
    }

    private static Policy policy(boolean autoCancel, Rule... rules) {
        return new Policy(autoCancel, Duration.ofMinutes(10), List.of(rules));
    }
}
