package io.trainwatch.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a job will end, by how earlier ones did. */
class EndForecastTest {

    private static final Instant START = Instant.parse("2026-03-01T11:00:00Z");

    @Test
    void withFewEarlierEndsNothingIsSaid() {
        Observed half = run(1_000, 500);
        assertThat(forecast(8, 1.2).of(half, START.plusSeconds(500))).isEmpty();
        assertThat(new EndForecast(List.of()).of(half, START.plusSeconds(500))).isEmpty();
    }

    @Test
    void theRangeIsThatOfWhatWasSaidOfEarlierJobsAtTheSameProgress() {
        // Earlier jobs took 20 % longer than their progress said, give or take.
        ExpectedEnd end =
                forecast(20, 1.2).of(run(1_000, 500), START.plusSeconds(500)).orElseThrow();
        assertThat(Duration.between(START, end.from()).toSeconds()).isBetween(1_060L, 1_100L);
        assertThat(Duration.between(START, end.to()).toSeconds()).isBetween(1_100L, 1_150L);
    }

    @Test
    void atItsBeginningAJobIsExpectedToTakeAsLongAsOthers() {
        ExpectedEnd end =
                forecast(20, 1).of(run(10_000, 30), START.plusSeconds(30)).orElseThrow();
        assertThat(Duration.between(START, end.to()).toSeconds()).isBetween(990L, 1_020L);
    }

    @Test
    void aJobThatTakesLongerThanTheRangeHasNone() {
        assertThat(forecast(20, 1).of(run(1_000, 500), START.plusSeconds(2_000)))
                .isEmpty();
    }

    @Test
    void theRangeNeverLiesInThePast() {
        Instant now = START.plusSeconds(1_085);
        assertThat(forecast(20, 1.2).of(run(1_000, 500), now).orElseThrow().from())
                .isAfterOrEqualTo(now);
    }

    /** Jobs whose progress goes to 100 in 1,000 s, and which then take longer by this factor of what remains at half time. */
    private static EndForecast forecast(int ends, double factor) {
        return new EndForecast(IntStream.range(0, ends)
                .mapToObj(i ->
                        new EndForecast.Ended(run(1_000, 999).pace(), 490 + 500 * (factor + (i - ends / 2.0) * 0.002)))
                .toList());
    }

    private static Observed run(int seconds, int until) {
        Observed observed = Observed.none();
        for (int at = 10; at <= until; at += 10) {
            observed = observed.after(
                    new JobStatus(
                            "job",
                            TrainingState.RUNNING,
                            100.0 * at / seconds,
                            List.of(),
                            ResourceUtilization.UNKNOWN,
                            null,
                            null,
                            0,
                            null,
                            false),
                    START.plusSeconds(at));
        }
        return observed;
    }
}
