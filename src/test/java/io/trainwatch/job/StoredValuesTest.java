package io.trainwatch.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is written to the store can be read again, however extreme: a row that cannot be read stops more than its job. */
class StoredValuesTest {

    private static final int ROUNDS = 20_000;

    private final Random random = new Random(20261128);

    @Test
    void whatAllLooksAddUpToComesBackAsItWas() {
        Observed observed = Observed.none();
        for (int i = 0; i < ROUNDS; i++) {
            observed = (i % 50 == 0 ? Observed.none() : observed)
                    .after(status(), Extremes.instant(random))
                    .remembering(Map.of(Extremes.text(random), memory()));
            Observed back = Observed.fromJson(observed.toJson());
            assertThat(back.toJson()).isEqualTo(observed.toJson());
            assertThat(back.means()).isEqualTo(observed.means());
            assertThat(back.rules()).isEqualTo(observed.rules());
            assertThat(back.incomplete()).isEqualTo(observed.incomplete());
            assertThat(back.failReason()).isEqualTo(observed.failReason());
            assertThat(back.startedAt()).isEqualTo(observed.startedAt());
            assertThat(back.meanByMetric().values()).allMatch(Double::isFinite);
        }
    }

    @Test
    void aMeanNeverOverflowsAndStaysRight() {
        Mean mean = Mean.NONE.plus(1.7e308).plus(1.7e308);
        assertThat(mean.value()).isEqualTo(1.7e308);
        assertThat(mean.plus(-1.7e308).plus(-1.7e308).value()).isZero();
        Mean largest = Mean.NONE;
        for (int i = 0; i < 100_000; i++) {
            largest = largest.plus(-Double.MAX_VALUE);
        }
        assertThat(largest.value()).isEqualTo(-Double.MAX_VALUE);
        assertThat(Mean.NONE.plus(Double.MIN_VALUE).value()).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void twoSamplesThatAddUpToInfinityHaveAMeanThatComesBack() {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        Observed observed = Observed.none()
                .after(
                        Statuses.of(
                                TrainingState.RUNNING,
                                1,
                                1,
                                1,
                                new Metric(at, "loss", 1.7e308, null),
                                new Metric(at.plusSeconds(1), "loss", 1.7e308, null)),
                        at);
        assertThat(Observed.fromJson(observed.toJson()).meanByMetric()).containsEntry("loss", 1.7e308);
    }

    @Test
    void aRowWhoseMeanHadOverflowedIsReadWithoutIt() {
        Observed read = Observed.fromJson(
                "{\"looks\":3,\"means\":{\"loss\":[2,\"Infinity\",\"NaN\"],\"f1\":[2,3.0,0.0]},"
                        + "\"recent\":\"\",\"rules\":{\"max-loss\":[7,1,1,\"Infinity\",\"NaN\",\"-Infinity\",null,5]}}");
        assertThat(read.meanByMetric()).isEqualTo(Map.of("f1", 1.5));
        assertThat(read.rules().get("max-loss").best()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    private JobStatus status() {
        List<Metric> metrics = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            metrics.add(new Metric(
                    Extremes.instant(random), Extremes.text(random), Extremes.number(random), Extremes.text(random)));
        }
        return new JobStatus(
                "job-1",
                TrainingState.values()[random.nextInt(5)],
                Extremes.number(random),
                metrics,
                new ResourceUtilization(Extremes.number(random), Extremes.number(random), Extremes.number(random)),
                Extremes.instant(random),
                Extremes.instant(random),
                0,
                Extremes.text(random),
                false,
                null,
                Map.of(Extremes.text(random), Extremes.text(random)));
    }

    private RuleMemory memory() {
        return new RuleMemory(
                random.nextInt(),
                random.nextInt(65),
                random.nextLong(),
                Extremes.number(random),
                Extremes.number(random),
                random.nextBoolean() ? null : Extremes.number(random),
                random.nextBoolean() ? null : Extremes.instant(random),
                Extremes.instant(random));
    }
}
