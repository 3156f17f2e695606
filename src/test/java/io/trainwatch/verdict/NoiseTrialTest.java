package io.trainwatch.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import io.trainwatch.status.Statuses;
import io.trainwatch.status.TrainingState;
import io.trainwatch.verdict.NoiseTrial.Result;
import io.trainwatch.verdict.NoisyTraces.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the default window promises, on fewer jobs than {@code policy noise} takes. */
class NoiseTrialTest {

    private static final int TRACES = 20_000;

    @Test
    void theDefaultWindowSparesHealthyJobsAndFindsTheOthersSoon() {
        List<Result> results = NoiseTrial.run(List.of(Window.DEFAULT), TRACES, NoiseTrial.SEED);
        assertThat(results).extracting(Result::correlation).containsExactly(0.0, 0.5);
        assertThat(results).allSatisfy(result -> {
            assertThat(result.cancelledPercent()).isLessThanOrEqualTo(0.2);
            assertThat(result.delay()).isBetween(3.0, 4.5);
            assertThat(result.missed()).isLessThanOrEqualTo(1);
            assertThat(result.delays()).isSortedAccordingTo((one, other) -> Double.compare(other, one));
        });
    }

    @Test
    void theTutorialsRuleCancelsMostHealthyJobs() {
        assertThat(NoiseTrial.run(List.of(Window.SINGLE), 5_000, NoiseTrial.SEED))
                .allSatisfy(result -> assertThat(result.cancelledPercent()).isBetween(90.0, 97.0));
    }

    @Test
    void theSameSeedGivesTheSameFigures() {
        List<Window> windows = List.of(Window.DEFAULT, new CountWindow(3, 4));
        assertThat(NoiseTrial.run(windows, 500, 7)).isEqualTo(NoiseTrial.run(windows, 500, 7));
        assertThat(NoiseTrial.run(windows, 500, 7)).isNotEqualTo(NoiseTrial.run(windows, 500, 8));
    }

    /** The table in the docs is only good for something where others get the same jobs from the same seed. */
    @Test
    void theTracesOfASeedAreTheSameEverywhere() {
        NoisyTraces independent = new NoisyTraces(NoiseTrial.SEED, 0);
        NoisyTraces correlated = new NoisyTraces(NoiseTrial.SEED, 0.5);
        assertThat(Stream.of(
                                independent.healthy(0),
                                independent.breaching(0),
                                correlated.healthy(99_999),
                                correlated.breaching(99_998))
                        .map(NoiseTrialTest::checksum))
                .containsExactly(-1687984387, 44528983, 2042157683, -1239447979);
    }

    private static int checksum(Trace trace) {
        return 31 * (31 * Arrays.hashCode(trace.readings()) + trace.step()) + (int) trace.mean();
    }

    @Test
    void aTrialOfAHandfulOfJobsCountsAsOneCountsByHand() {
        int jobs = 60;
        long seed = 11;
        for (Window window : List.of(Window.SINGLE, new CountWindow(6, 8), new TimeWindow(Duration.ofMinutes(1)))) {
            Result result = NoiseTrial.run(List.of(window), jobs, seed).get(1);
            NoisyTraces noise = new NoisyTraces(seed, 0.5);
            int cancelled = 0;
            int early = 0;
            int missed = 0;
            double[] sums = new double[3];
            int[] counts = new int[3];
            Judge judge =
                    new Judge(new Policy(true, null, List.of(new CpuRule(null, null, NoisyTraces.LIMIT, window))));
            for (int i = 0; i < jobs; i++) {
                cancelled += decidedAt(judge, noise.healthy(i).readings()) < NoisyTraces.SAMPLES ? 1 : 0;
                Trace breaching = noise.breaching(i);
                int at = decidedAt(judge, breaching.readings());
                if (at < breaching.step()) {
                    early++;
                } else {
                    missed += at == NoisyTraces.SAMPLES ? 1 : 0;
                    sums[(int) breaching.mean() - 97] += at - breaching.step();
                    counts[(int) breaching.mean() - 97]++;
                }
            }
            assertThat(result.cancelled()).isEqualTo(cancelled);
            assertThat(result.early()).isEqualTo(early);
            assertThat(result.missed()).isEqualTo(missed);
            for (int mean = 0; mean < 3; mean++) {
                assertThat(result.delays().get(mean)).isEqualTo(sums[mean] / counts[mean]);
            }
            assertThat(result.delay()).isEqualTo((sums[0] + sums[1] + sums[2]) / (counts[0] + counts[1] + counts[2]));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void tracesAreAsNoisyAndAsCorrelatedAsTheySay(double correlation) {
        NoisyTraces noise = new NoisyTraces(NoiseTrial.SEED, correlation);
        double sum = 0;
        double squares = 0;
        double products = 0;
        int jobs = 2_000;
        for (int i = 0; i < jobs; i++) {
            double[] readings = noise.healthy(i).readings();
            assertThat(DoubleStream.of(readings).max().orElseThrow()).isLessThanOrEqualTo(100);
            for (int j = 0; j < readings.length; j++) {
                double stray = readings[j] - NoisyTraces.HEALTHY_MEAN;
                sum += stray;
                squares += stray * stray;
                products += j == 0 ? 0 : stray * (readings[j - 1] - NoisyTraces.HEALTHY_MEAN);
            }
        }
        double samples = jobs * (double) NoisyTraces.SAMPLES;
        assertThat(sum / samples).isCloseTo(0, within(0.1));
        assertThat(Math.sqrt(squares / samples)).isCloseTo(NoisyTraces.DEVIATION, within(0.05));
        assertThat(products / squares).isCloseTo(correlation, within(0.01));
    }

    @Test
    void aBreachingJobIsHealthyUntilItsStep() {
        NoisyTraces noise = new NoisyTraces(NoiseTrial.SEED, 0);
        double before = 0;
        double after = 0;
        int samplesBefore = 0;
        int samplesAfter = 0;
        for (int i = 0; i < 900; i++) {
            Trace trace = noise.breaching(i);
            assertThat(trace.step()).isBetween(0, 104);
            assertThat(trace.mean()).isEqualTo(97 + i % 3);
            for (int j = 0; j < trace.readings().length; j++) {
                if (j < trace.step()) {
                    before += trace.readings()[j];
                    samplesBefore++;
                } else {
                    after += trace.readings()[j];
                    samplesAfter++;
                }
            }
        }
        assertThat(before / samplesBefore).isCloseTo(80, within(0.2));
        // The mean of a normal distribution around 97, 98 or 99 with what is beyond 100 cut off to 100.
        assertThat(after / samplesAfter).isCloseTo(96.5, within(0.4));
    }

    @Test
    void theJudgeDecidesAsTheTrialDoes() {
        Judge judge =
                new Judge(new Policy(true, null, List.of(new CpuRule(null, null, NoisyTraces.LIMIT, Window.DEFAULT))));
        int cancelled = 0;
        int jobs = 300;
        long delay = 0;
        for (int i = 0; i < jobs; i++) {
            Trace trace = new NoisyTraces(5, 0.5).breaching(i);
            int at = decidedAt(judge, trace.readings());
            cancelled += at < NoisyTraces.SAMPLES ? 1 : 0;
            delay += at - trace.step();
        }
        Result result = NoiseTrial.run(List.of(Window.DEFAULT), jobs, 5).get(1);
        assertThat(cancelled).isEqualTo(jobs - result.missed());
        assertThat(result.early()).isZero();
        assertThat((double) delay / jobs).isEqualTo(result.delay());
    }

    @Test
    void theTableHasALineForEachResult() {
        List<Result> results = NoiseTrial.run(List.of(Window.DEFAULT, Window.SINGLE), 30, 7);
        assertThat(NoiseTable.of(results).lines())
                .hasSize(6)
                .anySatisfy(line -> assertThat(line).startsWith("cusum     independent"))
                .anySatisfy(line -> assertThat(line).startsWith("1 of 1    independent"))
                .anySatisfy(line -> assertThat(line).startsWith("1 of 1    correlated"));
        assertThat(NoiseTable.heading(30, 7)).contains("Seed 7: 30 healthy and 30 breaching jobs", "limit 92");
    }

    /** As a job is watched: each look 15 s after the last, with what is remembered going through the store. */
    private static int decidedAt(Judge judge, double[] readings) {
        Observed observed = Observed.none();
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < readings.length; i++) {
            JobStatus status = Statuses.of(TrainingState.RUNNING, 1, readings[i], 1);
            Judgement judgement = judge.judge(status, TrainingState.RUNNING, observed.after(status, now), now);
            if (judgement.verdict() instanceof Verdict.Breached) {
                return i;
            }
            observed = Observed.fromJson(judgement.observed().toJson());
            now = now.plus(Duration.ofSeconds(15));
        }
        return readings.length;
    }
}
