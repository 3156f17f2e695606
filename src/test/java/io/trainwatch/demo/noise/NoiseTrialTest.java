package io.trainwatch.demo.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.noise.NoiseTrial.Result;
import io.trainwatch.demo.noise.NoisyTraces.Kind;
import io.trainwatch.demo.noise.NoisyTraces.Trace;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.Statuses;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Judge;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.Window;
import io.trainwatch.rules.Window.CountWindow;
import io.trainwatch.rules.Windows;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the default windows promise, on fewer jobs than {@code policy noise} takes. */
class NoiseTrialTest {

    private static final int JOBS = 400;

    @ParameterizedTest
    @CsvSource({
        "independent, 0",
        "correlated 0.5, 0",
        "correlated 0.8, 1.5",
        "'heavy tails, 0.5', 0",
        "bursts, 0",
        "evaluation phases, 2",
        "warm-up, 0",
        "repeated readings, 0",
        "whole percent, 0",
        "20 % missing, 0",
        "drift, 0"
    })
    void theDefaultCancelsNoHealthyJobs(String kind, double percent) {
        Result late = NoiseTrial.run(kind, List.of(Window.LATE), JOBS, NoiseTrial.SEED)
                .get(0);
        assertThat(late.percent()).isLessThanOrEqualTo(percent);
        assertThat(late.jobs()).isGreaterThan(JOBS * 9 / 10);
    }

    @ParameterizedTest
    @CsvSource({"step to 97 +- 1, 6.5, 22", "step to 97 +- 3, 6.5, 22", "step to 97 +- 6, 6.5, 22", "step to 100, 2, 8"
    })
    void theDefaultWarnsSoonAndCancelsLate(String kind, double warning, double cancel) {
        List<Result> results = NoiseTrial.run(kind, List.of(Window.EARLY, Window.LATE), 2 * JOBS, NoiseTrial.SEED);
        assertThat(results.get(0).meanDelay()).isLessThanOrEqualTo(warning);
        assertThat(results.get(1).meanDelay()).isLessThanOrEqualTo(cancel);
        assertThat(results)
                .allSatisfy(result -> assertThat(result.missedPercent()).isZero());
    }

    @Test
    void aValueThatStandsStillOverTheLimitIsFound() {
        Result late = NoiseTrial.run("step to 97, frozen", List.of(Window.LATE), 20, 3)
                .get(0);
        assertThat(late.found()).isEqualTo(20);
        assertThat(late.meanDelay()).isBetween(100.0, 160.0);
    }

    @Test
    void theTutorialsRuleCancelsMostHealthyJobs() {
        Result tutorial =
                NoiseTrial.run("correlated 0.5", List.of(Window.SINGLE), 100, 1).get(0);
        assertThat(tutorial.percent()).isGreaterThan(99);
        assertThat(tutorial.percentInShortRun()).isBetween(10.0, 90.0);
    }

    @Test
    void theSameSeedGivesTheSameFigures() {
        List<Window> windows = List.of(Window.EARLY, new CountWindow(3, 4));
        List<Result> seven = NoiseTrial.run("correlated 0.8", windows, 50, 7);
        assertThat(NoiseTrial.run("correlated 0.8", windows, 50, 7)).isEqualTo(seven);
        assertThat(NoiseTrial.run("correlated 0.8", windows, 50, 8)).isNotEqualTo(seven);
    }

    static Stream<Kind> kinds() {
        return NoisyTraces.KINDS.stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aTraceIsTheSameForTheSameSeedAndWithinPercent(Kind kind) {
        Trace trace = kind.draw(5, 0);
        assertThat(kind.draw(5, 0).readings()).containsExactly(trace.readings());
        assertThat(Arrays.stream(trace.readings()).filter(reading -> !Double.isNaN(reading)))
                .allMatch(reading -> reading >= 0 && reading <= 100);
        if (!kind.isHealthy()) {
            double mean = Arrays.stream(trace.readings())
                    .skip(trace.readings().length - 40)
                    .average()
                    .orElseThrow();
            assertThat(mean).isGreaterThan(NoisyTraces.LIMIT - 1);
        }
    }

    /** The table in the docs is only good for something where others get the same jobs from the same seed. */
    @Test
    void theTracesOfASeedAreTheSameEverywhere() {
        assertThat(Stream.of("correlated 0.8", "evaluation phases", "step to 97 +- 6")
                        .map(name -> NoisyTraces.KINDS.stream()
                                .filter(kind -> kind.name().equals(name))
                                .findFirst()
                                .orElseThrow())
                        .map(kind ->
                                Arrays.hashCode(kind.draw(NoiseTrial.SEED, 42).readings())))
                .containsExactly(-1830515160, 39324732, 1262239100);
    }

    @Test
    void theJudgeDecidesAsTheTrialDoes() {
        Judge judge = Judge.of(new Policy(
                true, null, List.of(new CpuRule(null, null, NoisyTraces.LIMIT, Window.LATE, Windows.WARM_UP))));
        Kind steps = NoisyTraces.KINDS.stream()
                .filter(kind -> kind.name().equals("step to 97 +- 3"))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < 40; i++) {
            double[] readings = steps.draw(5, i).readings();
            assertThat(decidedAt(judge, readings))
                    .isEqualTo(NoiseTrial.decidedAt(List.of(Window.LATE), NoisyTraces.LIMIT, readings)[0]);
        }
    }

    @Test
    void theTableHasALineForEachResult() {
        List<Result> healthy = NoiseTrial.run("bursts", List.of(Window.LATE, Window.SINGLE), 30, 7);
        assertThat(NoiseTable.of(healthy).lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).startsWith("bursts               cusum late        30 "))
                .anySatisfy(line -> assertThat(line).contains("1 of 1 ", "100.000%"));
        assertThat(NoiseTable.heading(30, 7)).contains("Seed 7: 30 jobs of each kind", "limit 95 %");
    }

    /** As a job is watched: each look 15 s after the last, with what is remembered going through the store. */
    private static int decidedAt(Judge judge, double[] readings) {
        Observed observed = Observed.none();
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < readings.length; i++) {
            JobStatus status = Statuses.of(TrainingState.RUNNING, 1, readings[i], 1);
            Decision decision = judge.judge(status, TrainingState.RUNNING, observed.after(status, now), now);
            if (decision instanceof Decision.Breached) {
                return i;
            }
            observed = Observed.fromJson(decision.observed().toJson());
            now = now.plus(Duration.ofSeconds(15));
        }
        return -1;
    }
}
