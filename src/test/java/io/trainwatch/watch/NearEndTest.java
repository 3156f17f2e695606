package io.trainwatch.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the next look comes, by progress alone. */
class NearEndTest {

    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final Instant START = Instant.parse("2026-03-01T11:00:00Z");

    private final NearEnd nearEnd = new NearEnd(() -> 0);
    private Instant now = START;
    private Observed observed = Observed.none();

    @Test
    void aJobWithoutAPaceIsLookedAtByTheInterval() {
        look(0, false);
        look(1, false);
        look(2, false);
        assertThat(next()).as("two steps").isEmpty();
        look(3, false);
        assertThat(next()).as("three steps").isPresent();
    }

    @Test
    void aJobThatStandsStillOrGoesBackwardsHasNoPace() {
        for (int i = 0; i < 10; i++) {
            look(50, false);
        }
        assertThat(next()).isEmpty();
        for (double progress : new double[] {51, 52, 53, 20, 10, 5, 1}) {
            look(progress, false);
        }
        assertThat(next()).isEmpty();
    }

    @Test
    void farFromTheEndTheIntervalCounts() {
        steps(0, 1, 50);
        assertThat(next()).contains(new NearEnd.Wait(INTERVAL, false));
    }

    @Test
    void nearTheEndTheNextLookComesAfterFourFifthsOfWhatRemains() {
        steps(0, 5, 95);
        // 5 % in 15 s each.
        assertThat(next().orElseThrow().time().toMillis()).isBetween(11_900L, 12_100L);
        now = now.plusSeconds(12);
        observed = observed.after(status(99), now, true);
        assertThat(next().orElseThrow().time().toMillis()).isBetween(2_300L, 2_500L);
        assertThat(next().orElseThrow().isSoon()).isTrue();
    }

    @Test
    void noLookComesWithinASecondOrAfterTheInterval() {
        steps(0, 5, 95);
        look(99.99, true);
        assertThat(next()).contains(new NearEnd.Wait(Duration.ofSeconds(1), true));
        assertThat(nearEnd.next(observed, Duration.ofMillis(200), now)
                        .orElseThrow()
                        .time())
                .isLessThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aJobThatDoesNotEndIsLookedAtAFewTimesAndThenByTheIntervalAgain() {
        steps(0, 1, 99);
        int looks = 0;
        while (next().orElseThrow().time().compareTo(Duration.ofSeconds(13)) < 0) {
            now = now.plus(next().orElseThrow().time());
            observed = observed.after(status(99), now, true);
            looks++;
        }
        assertThat(looks).isBetween(6, 9);
        assertThat(next().orElseThrow().time())
                .isEqualTo(INTERVAL.multipliedBy(9).dividedBy(10));
    }

    @Test
    void ofAJobThatWasLookedAtRarelyFewLooksAreTakenWithoutAStep() {
        steps(0, 12, 96);
        observed = observed.after(status(96), now.plusSeconds(1), true);
        now = now.plusSeconds(12);
        assertThat(next().orElseThrow().time()).isGreaterThan(Duration.ofSeconds(5));
    }

    @Test
    void jitterIsDownwardsOnly() {
        NearEnd jittery = new NearEnd(() -> 0.999);
        steps(0, 1, 50);
        assertThat(jittery.next(observed, INTERVAL, now).orElseThrow().time())
                .isBetween(Duration.ofMillis(14_600), INTERVAL);
    }

    @Test
    void theRateIsNotBiasedTowardsZeroAtFirst() {
        steps(0, 5, 20);
        assertThat(observed.remaining(now).orElseThrow().toSeconds()).isBetween(239L, 241L);
    }

    @Test
    void whatIsRememberedOutlivesTheStoreAndOldRowsAreReadable() {
        steps(0, 5, 95);
        Observed read = Observed.fromJson(observed.toJson());
        assertThat(read.remaining(now)).isEqualTo(observed.remaining(now));
        assertThat(read.pace().estimates()).hasSize(observed.pace().estimates().size());
        Observed old = Observed.fromJson("{\"looks\":7,\"last_progress\":40.0,\"means\":{},\"recent\":\"\"}");
        assertThat(old.pace()).isNull();
        assertThat(old.after(status(41), now).remaining(now)).isEmpty();
    }

    private void steps(int from, int step, int to) {
        for (int progress = from; progress <= to; progress += step) {
            look(progress, false);
        }
    }

    private void look(double progress, boolean near) {
        now = now.plus(INTERVAL);
        observed = observed.after(status(progress), now, near);
    }

    private Optional<NearEnd.Wait> next() {
        return nearEnd.next(observed, INTERVAL, now);
    }

    private static JobStatus status(double progress) {
        return new JobStatus(
                "job",
                TrainingState.RUNNING,
                progress,
                List.of(),
                ResourceUtilization.UNKNOWN,
                null,
                null,
                0,
                null,
                false);
    }
}
