package io.trainwatch.demo.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.polling.PollingTrial.Calibration;
import io.trainwatch.demo.polling.PollingTrial.Result;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/polling.md promises, on the published seed and on others. */
class PollingTrialTest {

    private static final Duration MEAN = Duration.ofMinutes(34);
    private static final Duration SHORT_MEAN = Duration.ofSeconds(812);
    private static final int JOBS = 3_000;

    @ParameterizedTest
    @ValueSource(longs = {PollingTrial.SEED, 11, 12})
    void endsAreFoundSoonerWithNoMoreRequests(long seed) {
        PollingTrial trial = new PollingTrial(MEAN, JOBS, seed);
        Result fixed = last(trial.run(Duration.ofSeconds(15), false));
        Result near = last(trial.run(Duration.ofSeconds(15), true));
        assertThat(fixed.mean()).isBetween(6.5, 7.8);
        assertThat(near.mean()).isLessThanOrEqualTo(3.1);
        assertThat(near.p50()).isLessThanOrEqualTo(1.2);
        assertThat(near.requests()).isLessThanOrEqualTo(fixed.requests());
        assertThat(last(trial.run(Duration.ofSeconds(45), true)).mean()).isLessThanOrEqualTo(6);
    }

    @Test
    void atALongerIntervalFewRequestsFindEndsSoon() {
        Result near = last(new PollingTrial(SHORT_MEAN, JOBS, PollingTrial.SEED).run(Duration.ofSeconds(45), true));
        assertThat(near.requests()).isLessThanOrEqualTo(24);
        assertThat(near.mean()).isLessThanOrEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 45})
    void noKindCostsMuchMoreOrIsLater(int interval) {
        for (Duration mean : List.of(MEAN, SHORT_MEAN)) {
            PollingTrial trial = new PollingTrial(mean, JOBS, PollingTrial.SEED);
            List<Result> fixed = trial.run(Duration.ofSeconds(interval), false);
            List<Result> near = trial.run(Duration.ofSeconds(interval), true);
            SoftAssertions.assertSoftly(softly -> {
                for (int i = 0; i < fixed.size(); i++) {
                    String kind = fixed.get(i).kind() + " of " + mean;
                    softly.assertThat(near.get(i).requests())
                            .as("requests of " + kind)
                            .isLessThanOrEqualTo(fixed.get(i).requests() * 1.15);
                    softly.assertThat(near.get(i).mean())
                            .as("delay of " + kind)
                            .isLessThanOrEqualTo(fixed.get(i).mean());
                }
            });
        }
    }

    @Test
    void theRangeHoldsFourEndsOfFive() {
        List<Calibration> found = new PollingTrial(MEAN, JOBS, PollingTrial.SEED).calibrate(Duration.ofSeconds(15));
        Calibration all = found.get(found.size() - 1);
        assertThat(all.held()).isBetween(0.75, 0.85);
        assertThat(all.medianError()).isLessThanOrEqualTo(0.15);
    }

    @Test
    void jobsInRealTimeAgree() throws InterruptedException {
        PollingTrial trial = new PollingTrial(SHORT_MEAN, 200, 5);
        Result virtual = last(trial.run(Duration.ofSeconds(15), true));
        Result real = last(trial.runInRealTime(Duration.ofSeconds(15), true, 200, 300));
        assertThat(real.requests()).isBetween(virtual.requests() * 0.8, virtual.requests() * 1.2);
    }

    private static Result last(List<Result> results) {
        return results.get(results.size() - 1);
    }
}
