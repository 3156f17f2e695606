package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.StatusReader;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Decision.Verdict;
import io.trainwatch.rules.MetricRule.MetricFiniteRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each way to write a value that cannot be used, in each field of a status: that field is missing and named, and all
 * others count.
 */
class UnusableValuesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final String DIGITS = "9".repeat(71);

    private static final List<String> VALUES = List.of(
            "NaN",
            "\"NaN\"",
            "\"nan\"",
            "Infinity",
            "-Infinity",
            "\"-inf\"",
            "null",
            "1e999",
            "-1e999",
            "\"1e999\"",
            "\"\"",
            "\"text\"",
            "\"" + "x".repeat(9_000) + "\"",
            "true",
            "[]",
            "[1,[2]]",
            "{}",
            "{\"a\":{\"b\":1}}",
            DIGITS,
            "\"" + DIGITS + "\"",
            "780",
            "-1",
            "\"-999999999-01-01T00:00:00Z\"",
            "\"+999999999-01-01T00:00:00Z\"",
            "\"2026-13-01T00:00:00Z\"");

    /** By the name that a complaint has, as they should be. */
    private static final Map<String, String> FIELDS = Map.ofEntries(
            Map.entry("progress_percent", "\"progress_percent\":41.5"),
            Map.entry(
                    "metrics",
                    "\"metrics\":[{\"timestamp\":\"2026-01-01T00:00:05Z\",\"metric_name\":\"loss\",\"value\":0.5}]"),
            Map.entry("metrics[].timestamp", "\"timestamp\":\"2026-01-01T00:00:07Z\""),
            Map.entry("metrics[].metric_name", "\"metric_name\":\"f1\""),
            Map.entry("metrics[].value", "\"value\":0.75"),
            Map.entry("metrics[].unit", "\"unit\":\"ratio\""),
            Map.entry("resource_utilization.cpu_usage", "\"cpu_usage\":99.9"),
            Map.entry("resource_utilization.memory_usage", "\"memory_usage\":98.5"),
            Map.entry("resource_utilization.gpu_memory_used", "\"gpu_memory_used\":12.5"),
            Map.entry("started_at", "\"started_at\":\"2026-01-01T00:00:01Z\""),
            Map.entry("completed_at", "\"completed_at\":\"2026-01-01T00:00:02Z\""));

    private static final String DOCUMENT = """
            {"job_id":"job-1","state":"RUNNING","progress_percent":41.5,
             "metrics":[{"timestamp":"2026-01-01T00:00:06Z","metric_name":"loss","value":0.25},
                        {"timestamp":"2026-01-01T00:00:07Z","metric_name":"f1","value":0.75,"unit":"ratio"}],
             "resource_utilization":{"cpu_usage":99.9,"memory_usage":98.5,"gpu_memory_used":12.5},
             "started_at":"2026-01-01T00:00:01Z","completed_at":"2026-01-01T00:00:02Z"}""";

    private final Judge judge = Judge.of(new Policy(
            true,
            Duration.ofMinutes(5),
            List.of(
                    new CpuRule(null, Level.CANCEL, 95, Window.SINGLE),
                    new MemoryRule(null, Level.CANCEL, 90, Window.SINGLE),
                    new MetricFiniteRule(null, Level.CANCEL, "f1"))));

    static Stream<Arguments> each() {
        return FIELDS.keySet().stream()
                .sorted()
                .filter(field -> !field.equals("metrics"))
                .flatMap(field -> VALUES.stream().map(value -> Arguments.of(field, value)));
    }

    @ParameterizedTest
    @MethodSource("each")
    void theRestOfTheLookCounts(String field, String value) throws Exception {
        JobStatus status = read(with(field, value));
        Set<String> unusable = status.incomplete().keySet();
        assertThat(unusable).as("%s", status.incomplete()).isSubsetOf(field);
        status.incomplete().values().forEach(why -> assertThat(why).hasSizeLessThan(200));
        // All but the field that was spoilt.
        if (!field.equals("progress_percent")) {
            assertThat(status.progressPercent()).isEqualTo(41.5);
        }
        if (!field.equals("started_at")) {
            assertThat(status.startedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:01Z"));
        }
        assertThat(status.metrics().get(0).name()).isEqualTo("loss");
        Observed observed = Observed.none().after(status, NOW);
        assertThat(Observed.fromJson(observed.toJson()))
                .usingRecursiveComparison()
                .isEqualTo(observed);
        assertThat(observed.meanByMetric()).containsEntry("loss", 0.25).doesNotContainValue(Double.NaN);

        Set<String> broken = broken(status, observed);
        assertThat(broken.contains("max-cpu")).isEqualTo(!field.equals("resource_utilization.cpu_usage"));
        assertThat(broken.contains("max-memory")).isEqualTo(!field.equals("resource_utilization.memory_usage"));
        boolean finite = List.of(DIGITS, "\"" + DIGITS + "\"", "780", "-1").contains(value);
        assertThat(broken.contains("finite-f1"))
                .as("the rule asks whether the value is a finite number")
                .isEqualTo(field.equals("metrics[].value") && !finite);
    }

    @ParameterizedTest
    @MethodSource("each")
    void theEndIsWhatTheTenantSays(String field, String value) throws Exception {
        for (TrainingState end : List.of(TrainingState.COMPLETED, TrainingState.FAILED, TrainingState.CANCELLED)) {
            JobStatus status = read(with(field, value).replace("RUNNING", end.name()));
            assertThat(judge.judge(
                            status, TrainingState.RUNNING, Observed.none().after(status, NOW), NOW))
                    .isInstanceOf(Decision.Finished.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "\"NaN\"",
                "Infinity",
                "-Infinity",
                "null",
                "1e999",
                "-1e999",
                "\"\"",
                "\"x\"",
                "true",
                "[]",
                "{}",
                "780",
                "-1"
            })
    void aWholeListOrObjectThatIsNoneIsMissing(String value) throws Exception {
        for (String field : List.of("metrics", "resource_utilization")) {
            JobStatus status = read("{\"job_id\":\"job-1\",\"state\":\"COMPLETED\",\"" + field + "\":" + value
                    + ",\"progress_percent\":100}");
            assertThat(status.progressPercent()).isEqualTo(100);
            assertThat(status.metrics()).isEmpty();
            boolean isEmpty = value.equals(field.equals("metrics") ? "[]" : "{}");
            assertThat(status.incomplete().keySet()).isEqualTo(isEmpty ? Set.of() : Set.of(field));
        }
        JobStatus status = read(DOCUMENT.replace("\"metrics\":[", "\"metrics\":[" + value + ","));
        assertThat(status.metrics()).hasSize(2);
        assertThat(status.incomplete()).containsKey(value.equals("{}") ? "metrics[].metric_name" : "metrics[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "null", "\"NaN\"", "1e999"})
    void aMetricThatDivergedIsFoundWithoutATimeOfItsOwn(String value) throws Exception {
        for (String time :
                List.of("null", "\"soon\"", "\"-999999999-01-01T00:00:00Z\"", "[]", "\"0001-01-01T00:00:00Z\"")) {
            JobStatus status = read(with("metrics[].value", value).replace("\"2026-01-01T00:00:07Z\"", time));
            assertThat(broken(status, Observed.none().after(status, NOW))).contains("finite-f1");
        }
        JobStatus status = read(with("metrics[].value", value).replace("\"timestamp\":\"2026-01-01T00:00:07Z\",", ""));
        assertThat(broken(status, Observed.none().after(status, NOW))).contains("finite-f1");
    }

    @Test
    void aFiniteValueWithoutATimeIsLeftOutAndNamed() throws Exception {
        JobStatus status = read(with("metrics[].timestamp", "\"yesterday\""));
        assertThat(status.metrics()).hasSize(1);
        assertThat(status.incomplete()).isEqualTo(Map.of("metrics[].timestamp", "not a time"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100.00000000000001", "\"100\"", "100.0000001", "1e2", "100"})
    void whatIsAHundredIsReadAsOne(String value) throws Exception {
        JobStatus status = read(with("progress_percent", value));
        assertThat(status.progressPercent()).isEqualTo(100);
        assertThat(status.incomplete()).isEmpty();
        assertThat(read(with("progress_percent", "-0.0000001")).progressPercent())
                .isZero();
    }

    @Test
    void whatIsNotKnownYetMayBeNull() throws Exception {
        JobStatus queued = read("{\"job_id\":\"job-1\",\"state\":\"QUEUED\",\"progress_percent\":null,\"metrics\":null,"
                + "\"resource_utilization\":{\"cpu_usage\":null,\"memory_usage\":null,\"gpu_memory_used\":null},"
                + "\"started_at\":null,\"completed_at\":null}");
        assertThat(queued.incomplete()).isEmpty();
        JobStatus running = read("{\"job_id\":\"job-1\",\"state\":\"RUNNING\",\"progress_percent\":null,"
                + "\"started_at\":\"\",\"completed_at\":\"0001-01-01T00:00:00Z\"}");
        assertThat(running.incomplete()).isEqualTo(Map.of("progress_percent", "null"));
    }

    private Set<String> broken(JobStatus status, Observed observed) {
        Verdict verdict =
                judge.judge(status, TrainingState.RUNNING, observed, NOW).verdict();
        return Set.copyOf(verdict.breaches().stream().map(Breach::rule).toList());
    }

    private static String with(String field, String value) {
        String right = FIELDS.get(field);
        assertThat(DOCUMENT).contains(right);
        return DOCUMENT.replace(right, right.substring(0, right.indexOf(':') + 1) + value);
    }

    private static JobStatus read(String document) throws JsonProcessingException {
        JobStatus status = StatusReader.shared().mapper().readValue(document, JobStatus.class);
        assertThat(StatusReader.shared().validation().getValidator().validate(status))
                .isEmpty();
        return status.toStatus(NOW);
    }
}
