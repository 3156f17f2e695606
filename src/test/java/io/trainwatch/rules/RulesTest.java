package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Limit.Side;
import io.trainwatch.rules.MetricRule.MetricFiniteRule;
import io.trainwatch.rules.MetricRule.MetricLimitRule;
import io.trainwatch.rules.MetricRule.MetricProgressRule;
import io.trainwatch.rules.Rule.Finding;
import io.trainwatch.rules.Rule.RuleInput;
import io.trainwatch.rules.TimeRule.DurationRule;
import io.trainwatch.rules.TimeRule.EtaRule;
import io.trainwatch.rules.TimeRule.QueueRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.GpuMemoryRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import io.trainwatch.rules.Window.CountWindow;
import io.trainwatch.rules.Window.TimeWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each rule on its own, through the judge and with what it remembers going through the store between looks. */
class RulesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GAP = Duration.ofMinutes(2);

    @Test
    void everyRuleSaysInFiguresWhatItSetsALimitTo() {
        Duration hour = Duration.ofHours(1);
        assertThat(Stream.of(
                                new CpuRule(null, null, 95, null),
                                new MemoryRule(null, null, 90, null),
                                new GpuMemoryRule(null, null, 16, null),
                                new StagnationRule(null, null, hour, 0),
                                new DurationRule(null, null, hour),
                                new EtaRule(null, null, hour),
                                new QueueRule(null, null, hour),
                                new MetricLimitRule(null, null, "loss", null, 3.5, null, null),
                                new MetricProgressRule(null, null, "loss", null, 0, hour, null),
                                new MetricFiniteRule(null, null, "loss"))
                        .map(Rule::bound))
                .containsExactly(
                        new Rule.Bound("cpu", 95.0, "percent"),
                        new Rule.Bound("memory", 90.0, "percent"),
                        new Rule.Bound("gpu_memory", 16.0, null),
                        new Rule.Bound("progress", 3600.0, "seconds"),
                        new Rule.Bound("duration", 3600.0, "seconds"),
                        new Rule.Bound("duration", 3600.0, "seconds"),
                        new Rule.Bound("queue", 3600.0, "seconds"),
                        new Rule.Bound("metric:loss", 3.5, null),
                        new Rule.Bound("metric:loss", 3600.0, "seconds"),
                        new Rule.Bound("metric:loss", null, null));
    }

    @Test
    void gpuMemoryIsJudgedWhereItIsTold() {
        Job job = new Job(new GpuMemoryRule(null, null, 16, new CountWindow(2, 3)));
        assertThat(job.look(0, gpu(17.0))).isEmpty();
        assertThat(job.look(15, gpu(null))).as("nothing is told").isEmpty();
        assertThat(job.look(30, gpu(16.0))).as("at the limit").isEmpty();
        assertThat(job.look(45, gpu(16.5))).singleElement().satisfies(breach -> {
            assertThat(breach.rule()).isEqualTo("max-gpu-memory");
            assertThat(breach.observed()).isEqualTo(16.5);
            assertThat(breach.limit()).isEqualTo(16);
            assertThat(breach.since()).isEqualTo(START);
        });
    }

    @Test
    void gpuMemoryThatIsMissingIsNeverABreach() {
        Job job = new Job(new GpuMemoryRule(null, null, 0, new TimeWindow(Duration.ofSeconds(30))));
        job.look(0, gpu(5.0));
        for (int second = 15; second < 600; second += 15) {
            assertThat(job.look(second, gpu(null))).isEmpty();
        }
        assertThat(job.look(600, gpu(5.0)))
                .as("what was over before it went missing is no time over the limit")
                .isEmpty();
    }

    @Test
    void smallStepsAddUpToProgress() {
        Job job = new Job(new StagnationRule(null, null, Duration.ofSeconds(60), 1));
        for (int second = 0; second <= 600; second += 15) {
            assertThat(job.look(second, progress(second / 50.0))).isEmpty();
        }
    }

    @Test
    void lessThanTheLeastProgressIsAStandstill() {
        Job job = new Job(new StagnationRule(null, null, Duration.ofSeconds(60), 1));
        job.look(0, progress(10));
        assertThat(job.look(30, progress(10.5))).isEmpty();
        assertThat(job.look(59, progress(10.99))).isEmpty();
        assertThat(job.look(60, progress(10.99))).singleElement().satisfies(breach -> {
            assertThat(breach.observed()).isEqualTo(60);
            assertThat(breach.limit()).isEqualTo(60);
            assertThat(breach.since()).isEqualTo(START);
            assertThat(breach.meaning()).isEqualTo("no progress of at least 1 points for 60 s");
        });
        assertThat(job.look(61, progress(11))).as("exactly the least").isEmpty();
    }

    @Test
    void progressCountsFromWhereItFellBackTo() {
        Job job = new Job(new StagnationRule(null, null, Duration.ofSeconds(60), 0));
        job.look(0, progress(50));
        job.look(20, progress(10));
        assertThat(job.look(50, progress(11))).isEmpty();
        assertThat(job.look(109, progress(11))).isEmpty();
        assertThat(job.look(110, progress(11))).hasSize(1);
    }

    @Test
    void fallingBackIsNoProgress() {
        Job job = new Job(new StagnationRule(null, null, Duration.ofSeconds(60), 0));
        job.look(0, progress(50));
        job.look(30, progress(40));
        assertThat(job.look(60, progress(40))).hasSize(1);
    }

    @Test
    void timeInWhichNobodyLookedIsNoStandstill() {
        Job job = new Job(new StagnationRule(null, null, Duration.ofSeconds(180), 0));
        job.look(0, progress(50));
        job.look(120, progress(50));
        assertThat(job.look(241, progress(50)))
                .as("121 s later, more than the gap")
                .isEmpty();
        assertThat(job.look(361, progress(50))).isEmpty();
        assertThat(job.look(421, progress(50))).hasSize(1);
    }

    @Test
    void aJobWatchedSinceBeforeThereWasAMemoryKeepsItsTime() {
        Observed old =
                Observed.fromJson("{\"looks\":3,\"last_progress\":50.0,\"progress_since\":\"2026-01-01T00:00:00Z\"}");
        Rule rule = new StagnationRule(null, null, Duration.ofSeconds(60), 0);
        JobStatus status = progress(50);
        Instant now = START.plusSeconds(60);
        assertThat(Judge.of(policy(rule))
                        .judge(status, TrainingState.RUNNING, old.after(status, now), now)
                        .kind())
                .isEqualTo("Breached");
    }

    @Test
    void aJobOfFewStepsHasFiveTimesItsLongest() {
        Job job = new Job(LEARNING);
        int second = lookEvery15(job, 0, 600, at -> 0);
        second = lookEvery15(job, second, 1_200, at -> 10);
        int last = second;
        second = lookEvery15(job, second, last + 2_940, at -> 20);
        assertThat(breachedAt(job, second, 20)).isBetween(last + 2_970, last + 3_060);
    }

    @Test
    void nothingIsKnownBeforeTheSecondStepForTwoHours() {
        Job loading = new Job(LEARNING);
        int second = lookEvery15(loading, 0, 7_200, at -> 0);
        assertThat(breachedAt(loading, second, 0)).isEqualTo(7_200);
        Job quick = new Job(LEARNING);
        lookEvery15(quick, 0, 7_000, at -> at / 10_000 * 3);
    }

    @Test
    void aJobOfManyStepsMayStandForAThirdOfItsTime() {
        Job job = new Job(LEARNING);
        int second = lookEvery15(job, 0, 8_000, at -> at / 100.0);
        // 20 percent of all the time at 80 percent of the progress.
        second = lookEvery15(job, second, 10_000, at -> 80);
        assertThat(breachedAt(job, second, 80)).isBetween(11_300, 11_500);
    }

    @Test
    void atTheEndAJobOfFewStepsMayStandForAThirdOfItsTimeToo() {
        Job job = new Job(LEARNING);
        lookEvery15(job, 0, 4_000, at -> Math.floor(at / 100) * 2.5);
        lookEvery15(job, 4_005, 5_600, at -> 99);
    }

    @Test
    void theTutorialsRuleLooksAtTheBeginningAlone() {
        StagnationRule tutorial = new StagnationRule(null, null, Duration.ofMinutes(5), 0, null, 1.0);
        assertThat(breachedAt(new Job(tutorial), 0, 0)).isEqualTo(300);
        Job begun = new Job(tutorial);
        begun.look(0, progress(0));
        lookEvery15(begun, 15, 3_000, at -> 1);
    }

    @Test
    void wobblingIsNoProgress() {
        Job job = new Job(LEARNING);
        int second = lookEvery15(job, 0, 3_000, at -> at / 60.0);
        int stuck = second;
        List<Breach> found = List.of();
        while (found.isEmpty() && second < 10_000) {
            second += 15;
            found = job.look(second, progress(second % 2 == 0 ? 50 : 49.9));
        }
        assertThat(second - stuck).isBetween(1_000, 1_400);
    }

    @Test
    void whoFallsBackToTheBeginningHasStartedOver() {
        Job job = new Job(LEARNING);
        int second = lookEvery15(job, 0, 3_000, at -> at / 60.0);
        lookEvery15(job, second, 5_700, at -> (at - 3_000) / 60.0);
    }

    @Test
    void theTimeOfAGapIsNoStandstillOfALearningRule() {
        Job job = new Job(LEARNING);
        int second = lookEvery15(job, 0, 3_000, at -> at / 60.0);
        second = lookEvery15(job, second + 50_000, second + 50_300, at -> 50);
        assertThat(breachedAt(job, second, 50)).isGreaterThan(53_000 + 300);
    }

    @Test
    void theFirstMinutesOfARunAreNotJudged() {
        CpuRule rule = new CpuRule(null, null, 90, Window.SINGLE, Duration.ofMinutes(5));
        Job told = new Job(rule);
        assertThat(told.look(15, cpu(99, START))).isEmpty();
        assertThat(told.look(299, cpu(99, START))).isEmpty();
        assertThat(told.look(300, cpu(99, START)))
                .singleElement()
                .satisfies(breach -> assertThat(breach.since()).isEqualTo(START.plusSeconds(300)));
        Job late = new Job(rule);
        assertThat(late.look(15, cpu(99, START.minusSeconds(3_600)))).hasSize(1);
        for (Instant start : new Instant[] {null, Instant.EPOCH, START.plusSeconds(3_600)}) {
            Job untold = new Job(rule);
            for (int second = 1_000; second < 1_300; second += 100) {
                assertThat(untold.look(second, cpu(99, start))).isEmpty();
            }
            assertThat(untold.look(1_300, cpu(99, start))).hasSize(1);
        }
    }

    private static final StagnationRule LEARNING = new StagnationRule(null, null, Duration.ofMinutes(5), 0, false);

    private static int lookEvery15(Job job, int from, int until, DoubleUnaryOperator told) {
        int second = from;
        for (; second < until; second += 15) {
            assertThat(job.look(second, progress(told.applyAsDouble(second))))
                    .as("after %d s", second)
                    .isEmpty();
        }
        return second;
    }

    /** The second of the first breach of a job that stands still. */
    private static int breachedAt(Job job, int from, double told) {
        int second = from;
        while (job.look(second, progress(told)).isEmpty() && second < from + 100_000) {
            second += 15;
        }
        return second;
    }

    @Test
    void durationCountsFromTheStartThatTheTenantTells() {
        Job job = new Job(new DurationRule(null, null, Duration.ofHours(1)));
        assertThat(job.look(10, started(START.minusSeconds(3590))))
                .as("exactly as long as allowed")
                .isEmpty();
        assertThat(job.look(11, started(START.minusSeconds(3590))))
                .singleElement()
                .satisfies(breach -> {
                    assertThat(breach.rule()).isEqualTo("max-duration");
                    assertThat(breach.observed()).isEqualTo(3601);
                    assertThat(breach.limit()).isEqualTo(3600);
                    assertThat(breach.since()).isEqualTo(START.minusSeconds(3590));
                });
    }

    @Test
    void durationCountsFromTheFirstLookWhereTheTenantTellsNoStart() {
        for (Instant noStart : new Instant[] {null, Instant.EPOCH}) {
            Job job = new Job(new DurationRule(null, null, Duration.ofHours(1)));
            assertThat(job.look(0, started(noStart))).isEmpty();
            assertThat(job.look(3600, started(noStart))).isEmpty();
            assertThat(job.look(3601, started(noStart))).hasSize(1);
        }
    }

    @Test
    void anExpectedEndAfterTheDeadlineIsAWarning() {
        EtaRule rule = new EtaRule(null, null, Duration.ofHours(1));
        assertThat(rule.level()).isEqualTo(Level.WARN);
        assertThat(eta(rule, null).breach()).as("nobody knows").isEmpty();
        assertThat(eta(rule, new ExpectedEnd(START.plusSeconds(3_600), START.plusSeconds(9_000)))
                        .breach())
                .isEmpty();
        assertThat(eta(rule, new ExpectedEnd(START.plusSeconds(3_700), START.plusSeconds(9_000)))
                        .breach())
                .hasValueSatisfying(breach -> {
                    assertThat(breach.rule()).isEqualTo("eta");
                    assertThat(breach.level()).isEqualTo(Level.WARN);
                    assertThat(breach.observed()).isEqualTo(3_700);
                });
        assertThatThrownBy(() -> new EtaRule(null, Level.CANCEL, Duration.ofHours(1)))
                .hasMessageContaining("only warns");
    }

    private static Finding eta(EtaRule rule, ExpectedEnd end) {
        RuleInput look = new RuleInput(
                started(START),
                Observed.none().after(started(START), START).expecting(end, null),
                Duration.ofMinutes(1),
                START.plusSeconds(60));
        return rule.check(look, RuleMemory.none(1));
    }

    @Test
    void aStartInTheFutureIsNoLongTime() {
        Job job = new Job(new DurationRule(null, null, Duration.ofSeconds(1)));
        assertThat(job.look(100, started(START.plusSeconds(1000)))).isEmpty();
    }

    @Test
    void waitingCountsFromTheFirstLookThatSawIt() {
        Job job = new Job(new QueueRule(null, null, Duration.ofMinutes(10)));
        assertThat(job.look(0, queued())).isEmpty();
        assertThat(job.look(600, queued())).isEmpty();
        assertThat(job.look(601, queued())).singleElement().satisfies(breach -> {
            assertThat(breach.rule()).isEqualTo("max-queue-time");
            assertThat(breach.observed()).isEqualTo(601);
            assertThat(breach.since()).isEqualTo(START);
        });
        assertThat(job.look(700, progress(1))).as("it runs").isEmpty();
    }

    @Test
    void everySampleOfAMetricIsJudgedOnceHoweverOftenItIsShown() {
        Job job = new Job(new MetricLimitRule(null, null, "loss", null, 2, new CountWindow(3, 3), null));
        Metric[] two = {sample(0, 3), sample(10, 3)};
        for (int second = 15; second < 600; second += 15) {
            assertThat(job.look(second, metrics(two))).isEmpty();
        }
        assertThat(job.look(600, metrics(two[0], two[1], sample(20, 3))))
                .singleElement()
                .satisfies(breach -> {
                    assertThat(breach.rule()).isEqualTo("max-loss");
                    assertThat(breach.since()).isEqualTo(START);
                    assertThat(breach.meaning()).isEqualTo("loss above 2, 3 of 3");
                });
        assertThat(job.look(615, metrics(sample(20, 3)))).as("nothing new").isEmpty();
    }

    @Test
    void theLatestSampleDecidesHoweverTheyAreOrdered() {
        Rule rule = new MetricLimitRule(null, null, "loss", null, 2, Window.SINGLE, null);
        assertThat(new Job(rule).look(60, metrics(sample(20, 1), sample(10, 3), sample(0, 3))))
                .isEmpty();
        assertThat(new Job(rule).look(60, metrics(sample(20, 3), sample(0, 1)))).hasSize(1);
    }

    @Test
    void aMetricMayBeBelowItsLimit() {
        Job job = new Job(new MetricLimitRule(null, null, "accuracy", Side.BELOW, 50, Window.SINGLE, null));
        assertThat(job.look(15, metrics(accuracy(0, 50)))).isEmpty();
        assertThat(job.look(30, metrics(accuracy(10, 49))))
                .extracting(Breach::rule)
                .containsExactly("min-accuracy");
    }

    @Test
    void otherMetricsAreNotJudged() {
        Job job = new Job(new MetricLimitRule(null, null, "loss", null, 2, Window.SINGLE, null));
        assertThat(job.look(15, metrics(accuracy(0, 99)))).isEmpty();
        assertThat(job.look(30, metrics())).isEmpty();
    }

    @Test
    void samplesThatAreNoNumbersAndSamplesFromTheFutureAreNotJudged() {
        Job job = new Job(new MetricLimitRule(null, null, "loss", null, 2, new CountWindow(2, 2), null));
        assertThat(job.look(
                        15,
                        metrics(
                                sample(0, 3),
                                sample(5, Double.NaN),
                                sample(6, Double.POSITIVE_INFINITY),
                                sample(86_400, 3))))
                .isEmpty();
        assertThat(job.look(30, metrics(sample(20, 3)))).hasSize(1);
    }

    @Test
    void aLongTimeBetweenTwoSamplesBeginsTheWindowAnew() {
        Job job = new Job(new MetricLimitRule(
                null, null, "loss", null, 2, new TimeWindow(Duration.ofSeconds(60)), Duration.ofSeconds(60)));
        assertThat(job.look(200, metrics(sample(0, 3), sample(61, 3)))).isEmpty();
        assertThat(job.look(210, metrics(sample(121, 3)))).hasSize(1);
    }

    @Test
    void aLossThatIsNoNumberIsABreachUntilItIsOneAgain() {
        Job job = new Job(new MetricFiniteRule(null, null, "loss"));
        assertThat(job.look(15, metrics(sample(0, 3)))).isEmpty();
        assertThat(job.look(30, metrics(sample(20, Double.NaN))))
                .singleElement()
                .satisfies(breach -> {
                    assertThat(breach.rule()).isEqualTo("finite-loss");
                    assertThat(breach.since()).isEqualTo(START.plusSeconds(20));
                });
        assertThat(job.look(45, metrics(sample(40, Double.NEGATIVE_INFINITY)))).hasSize(1);
        assertThat(job.look(60, metrics(sample(40, Double.NEGATIVE_INFINITY)))).isEmpty();
        assertThat(job.look(75, metrics(sample(60, Double.NaN), sample(61, 1)))).isEmpty();
    }

    @Test
    void aLossThatDoesNotFallIsABreach() {
        Job job = new Job(new MetricProgressRule(null, null, "loss", null, 0.1, Duration.ofSeconds(60), null));
        assertThat(job.look(0, metrics(sample(0, 1)))).isEmpty();
        assertThat(job.look(30, metrics(sample(30, 0.89)))).as("it falls").isEmpty();
        assertThat(job.look(60, metrics(sample(60, 0.8)))).as("by too little").isEmpty();
        assertThat(job.look(89, metrics(sample(89, 0.8)))).isEmpty();
        assertThat(job.look(90, metrics(sample(90, 0.8)))).singleElement().satisfies(breach -> {
            assertThat(breach.rule()).isEqualTo("stagnant-loss");
            assertThat(breach.observed()).isEqualTo(60);
            assertThat(breach.since()).isEqualTo(START.plusSeconds(30));
            assertThat(breach.meaning()).isEqualTo("loss does not fall by at least 0.1 for 60 s");
        });
        assertThat(job.look(91, metrics(sample(91, 0.75)))).as("it falls again").isEmpty();
    }

    @Test
    void exactlyTheLeastImprovementIsOne() {
        Job job = new Job(new MetricProgressRule(null, null, "loss", null, 0.25, Duration.ofSeconds(60), null));
        job.look(0, metrics(sample(0, 1)));
        job.look(30, metrics(sample(30, 0.75)));
        assertThat(job.look(89, metrics(sample(89, 0.75)))).isEmpty();
    }

    @Test
    void anAccuracyImprovesByRising() {
        Job job = new Job(new MetricProgressRule(null, null, "accuracy", Side.ABOVE, 0, Duration.ofSeconds(60), null));
        for (int second = 0; second <= 300; second += 30) {
            assertThat(job.look(second, metrics(accuracy(second, second / 10.0))))
                    .isEmpty();
        }
        assertThat(job.look(330, metrics(accuracy(330, 30)))).isEmpty();
        assertThat(job.look(360, metrics(accuracy(360, 30)))).hasSize(1);
    }

    @Test
    void whileNoSampleComesNoTimePasses() {
        Job job = new Job(
                new MetricProgressRule(null, null, "loss", null, 0, Duration.ofSeconds(60), Duration.ofSeconds(60)));
        job.look(0, metrics(sample(0, 1)));
        assertThat(job.look(3600, metrics(sample(0, 1)))).isEmpty();
        assertThat(job.look(3601, metrics(sample(3600, 1)))).as("after a gap").isEmpty();
        assertThat(job.look(3660, metrics(sample(3660, 1)))).hasSize(1);
    }

    /** A job that is looked at again and again; what it is known by is kept in the store in between. */
    private static final class Job {

        private final Judge judge;
        private Observed observed = Observed.none();
        private TrainingState state;

        Job(Rule rule) {
            judge = Judge.of(policy(rule));
        }

        List<Breach> look(int second, JobStatus status) {
            Instant now = START.plusSeconds(second);
            Decision decision = judge.judge(status, state, observed.after(status, now), now);
            observed = Observed.fromJson(decision.observed().toJson());
            state = status.state();
            return decision.verdict().breaches();
        }
    }

    private static Policy policy(Rule rule) {
        return new Policy(true, GAP, List.of(rule));
    }

    private static JobStatus progress(double percent) {
        return status(TrainingState.RUNNING, percent, null, null, List.of());
    }

    private static JobStatus gpu(Double used) {
        return status(TrainingState.RUNNING, 1, used, null, List.of());
    }

    private static JobStatus started(Instant at) {
        return status(TrainingState.RUNNING, 1, null, at, List.of());
    }

    private static JobStatus cpu(double used, Instant startedAt) {
        return started(startedAt).using(new ResourceUtilization(used, 1.0, null));
    }

    private static JobStatus queued() {
        return status(TrainingState.QUEUED, 0, null, null, List.of());
    }

    private static JobStatus metrics(Metric... samples) {
        return status(
                TrainingState.RUNNING,
                1,
                null,
                null,
                new ArrayList<>(Stream.of(samples).toList()));
    }

    private static JobStatus status(
            TrainingState state, double progress, Double gpu, Instant startedAt, List<Metric> metrics) {
        return new JobStatus(
                "job-1",
                state,
                progress,
                metrics,
                new ResourceUtilization(1.0, 1.0, gpu),
                startedAt,
                null,
                0,
                null,
                false);
    }

    private static Metric sample(int second, double loss) {
        return new Metric(START.plusSeconds(second), "loss", loss, null);
    }

    private static Metric accuracy(int second, double value) {
        return new Metric(START.plusSeconds(second), "accuracy", value, null);
    }

    @Test
    void whatTheTenantDoesNotTellIsNoBreach() {
        RuleMemory before = RuleMemory.none(0);
        RuleInput blind = new RuleInput(
                new JobStatus(
                        "job-1",
                        TrainingState.RUNNING,
                        null,
                        List.of(),
                        ResourceUtilization.UNKNOWN,
                        null,
                        null,
                        0,
                        null,
                        false),
                Observed.none(),
                Duration.ofDays(1),
                Instant.parse("2026-01-01T00:00:00Z"));
        for (Rule rule : List.of(
                new CpuRule(null, Level.CANCEL, 0, Window.SINGLE),
                new MemoryRule(null, Level.CANCEL, 0, Window.SINGLE),
                new GpuMemoryRule(null, Level.CANCEL, 0, Window.SINGLE),
                new StagnationRule(null, Level.CANCEL, Duration.ofMillis(1), 0))) {
            assertThat(rule.check(blind, before).breach()).as(rule.id()).isEmpty();
        }
    }
}
