package io.trainwatch.demo.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.noise.StagnationTrial.Kind;
import io.trainwatch.demo.noise.StagnationTrial.Result;
import io.trainwatch.rules.StagnationRule;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the rule of stagnation promises by default, on fewer jobs than {@code policy noise} takes. */
class StagnationTrialTest {

    private static final int JOBS = 500;

    static Stream<Kind> kinds() {
        return StagnationTrial.KINDS.stream().filter(kind -> kind.mostSteps() > 10);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sparesHealthyJobsAndFindsStuckOnesInTime(Kind kind) {
        Result result = StagnationTrial.run(
                new StagnationRule(null, null, Duration.ofMinutes(5), 0, false), kind, JOBS, NoiseTrial.SEED);
        int percent = kind.variation() == 1 ? 6 : kind.plateau() > 0 ? 0 : 1;
        assertThat(result.cancelled()).isLessThanOrEqualTo(percent * JOBS / 100);
        assertThat(result.late()).isLessThanOrEqualTo(JOBS / 100);
    }

    @Test
    void aFixedTimeCancelsMostJobsOfFewSteps() {
        Result result = StagnationTrial.run(
                new StagnationRule(null, null, Duration.ofMinutes(5), 0, true),
                new Kind("few", 10, 10, 0.3, 0, false),
                100,
                NoiseTrial.SEED);
        assertThat(result.cancelled()).isGreaterThan(60);
    }
}
