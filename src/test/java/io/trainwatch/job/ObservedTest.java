package io.trainwatch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObservedTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void peaksAreThoseOfAllLooks() {
        Observed observed = look(look(look(Observed.none(), 10, 50, 0), 90, 20, 1), 30, 30, 2);
        assertThat(observed.peakCpu()).isEqualTo(90);
        assertThat(observed.peakMemory()).isEqualTo(50);
        assertThat(observed.looks()).isEqualTo(3);
    }

    @Test
    void progressCountsFromTheLookThatSawItGrow() {
        Observed first = Observed.none().after(Statuses.of(TrainingState.RUNNING, 0, 1, 1), START);
        Observed still = first.after(Statuses.of(TrainingState.RUNNING, 0, 1, 1), START.plusSeconds(10));
        Observed grown = still.after(Statuses.of(TrainingState.RUNNING, 5, 1, 1), START.plusSeconds(20));
        assertThat(first.progressSince()).isEqualTo(START);
        assertThat(still.progressSince()).isEqualTo(START);
        assertThat(grown.progressSince()).isEqualTo(START.plusSeconds(20));
    }

    @Test
    void waitingInTheQueueIsNoStandstill() {
        Observed queued = Observed.none().after(Statuses.of(TrainingState.QUEUED, 0, 1, 1), START);
        assertThat(queued.progressSince()).isNull();
        Observed running = queued.after(Statuses.of(TrainingState.RUNNING, 0, 1, 1), START.plusSeconds(600));
        assertThat(running.progressSince()).isEqualTo(START.plusSeconds(600));
    }

    @Test
    void whatTheTenantToldOnceIsKnownFromThenOn() {
        Observed told = Observed.none().after(ended(START.plusSeconds(60), "out of memory"), START.plusSeconds(61));
        Observed later = told.after(ended(null, null), START.plusSeconds(90));
        assertThat(later.completedAt()).isEqualTo(START.plusSeconds(60));
        assertThat(later.failReason()).isEqualTo("out of memory");
        Observed corrected = later.after(ended(START.plusSeconds(59), "killed"), START.plusSeconds(99));
        assertThat(corrected.completedAt()).isEqualTo(START.plusSeconds(59));
        assertThat(corrected.failReason()).isEqualTo("killed");
        assertThat(Observed.fromJson(later.toJson()).toJson()).isEqualTo(later.toJson());
        assertThat(Observed.fromJson(later.toJson()).failReason()).isEqualTo("out of memory");
        assertThat(Observed.fromJson(later.toJson()).completedAt()).isEqualTo(START.plusSeconds(60));
    }

    private static JobStatus ended(Instant completedAt, String failReason) {
        JobStatus status = Statuses.of(TrainingState.FAILED, 10, 1, 1);
        return new JobStatus(
                status.jobId(),
                status.state(),
                status.progressPercent(),
                status.metrics(),
                status.resourceUtilization(),
                status.startedAt(),
                completedAt,
                0,
                failReason,
                false);
    }

    @Test
    void namesOfMetricsAreBoundedAndThoseKnownGoOnBeingCounted() {
        Observed observed = Observed.none();
        for (int i = 0; i <= Observed.MAX_METRICS; i++) {
            Metric sample = new Metric(START.plusSeconds(i), "m" + i, 1.0, null);
            observed = observed.after(Statuses.of(TrainingState.RUNNING, 1, 1, 1, sample), START.plusSeconds(i));
        }
        assertThat(observed.means()).hasSize(Observed.MAX_METRICS).doesNotContainKey("m" + Observed.MAX_METRICS);
        Metric known = new Metric(START.plusSeconds(500), "m0", 3.0, null);
        Observed more = observed.after(Statuses.of(TrainingState.RUNNING, 1, 1, 1, known), START.plusSeconds(500));
        assertThat(more.meanByMetric()).containsEntry("m0", 2.0).hasSize(Observed.MAX_METRICS);
    }

    @Test
    void whatAJudgeGoesOnFromHasNoSamples() {
        Metric sample = new Metric(START, "loss", 1.0, null);
        Observed observed = Observed.none()
                .after(Statuses.of(TrainingState.RUNNING, 7, 20, 30, sample), START)
                .remembering(Map.of("max-cpu", RuleMemory.none(4)));
        Observed without = observed.withoutSamples();
        assertThat(without.means()).isEmpty();
        assertThat(without.recent()).isEmpty();
        assertThat(without)
                .usingRecursiveComparison()
                .ignoringFields("means", "recent", "pace")
                .isEqualTo(observed);
    }

    @Test
    void meansAreThoseOfEveryDistinctSampleHoweverTheWindowsOverlap() {
        Random random = new Random(5);
        for (int round = 0; round < 50; round++) {
            List<Metric> series = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                series.add(new Metric(
                        START.plusSeconds(i), i % 3 == 0 ? "loss" : "accuracy", random.nextGaussian(), null));
            }
            Observed observed = Observed.none();
            Map<String, List<Double>> seen = new HashMap<>();
            int counted = 0;
            for (int end = 20; end <= series.size(); end += 1 + random.nextInt(40)) {
                List<Metric> window = new ArrayList<>(series.subList(Math.max(end - 50, 0), end));
                for (Metric sample : series.subList(counted, end)) {
                    seen.computeIfAbsent(sample.name(), name -> new ArrayList<>())
                            .add(sample.value());
                }
                counted = end;
                Collections.shuffle(window, random);
                observed = Observed.fromJson(observed.after(
                                Statuses.of(TrainingState.RUNNING, 1, 1, 1, window.toArray(Metric[]::new)), START)
                        .toJson());
            }
            Map<String, Double> means = observed.meanByMetric();
            seen.forEach((name, values) -> assertThat(means.get(name))
                    .isCloseTo(
                            values.stream()
                                    .mapToDouble(Double::doubleValue)
                                    .average()
                                    .orElseThrow(),
                            within(1e-12)));
        }
    }

    @Test
    void aMeanOverAMillionSamplesIsRight() {
        Mean mean = Mean.NONE.plus(1e16);
        for (int i = 0; i < 1_000_000; i++) {
            mean = mean.plus(0.1);
        }
        mean = mean.plus(-1e16);
        assertThat(mean.value()).isCloseTo(100_000.0 / 1_000_002, within(1e-9));
    }

    @Test
    void aValueThatIsNoNumberLeavesTheMeanOfTheOthers() {
        Observed observed = Observed.none()
                .after(
                        Statuses.of(
                                TrainingState.RUNNING,
                                1,
                                1,
                                1,
                                new Metric(START, "loss", 1.0, null),
                                new Metric(START.plusSeconds(1), "loss", Double.NaN, null),
                                new Metric(START.plusSeconds(2), "loss", Double.POSITIVE_INFINITY, null),
                                new Metric(START.plusSeconds(3), "loss", 2.0, null)),
                        START);
        assertThat(Observed.fromJson(observed.toJson()).meanByMetric()).containsExactly(Map.entry("loss", 1.5));
    }

    @Test
    void theStoreGivesBackWhatItWasGiven() {
        Observed observed = Observed.none()
                .after(
                        Statuses.of(
                                TrainingState.RUNNING,
                                12.5,
                                33,
                                44,
                                new Metric(START, "loss\"\\é", 0.1 + 0.2, "percent")),
                        START);
        Observed back = Observed.fromJson(observed.toJson());
        assertThat(back).usingRecursiveComparison().isEqualTo(observed);
        assertThat(Observed.fromJson("{}")).usingRecursiveComparison().isEqualTo(Observed.none());
    }

    private static Observed look(Observed before, double cpu, double memory, int second) {
        return before.after(Statuses.of(TrainingState.RUNNING, 1, cpu, memory), START.plusSeconds(second));
    }
}
