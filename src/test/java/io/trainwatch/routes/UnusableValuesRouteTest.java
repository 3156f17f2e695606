package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that cannot be used, in every field, through the whole of the routes: a job for each. */
class UnusableValuesRouteTest {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final List<String> NOT_FINITE = List.of(
            "NaN", "\"NaN\"", "Infinity", "-Infinity", "null", "1e999", "-1e999", "\"\"", "\"x\"", "true", "[]", "{}");

    private static final List<String> FINITE = List.of("780", "-1", "9".repeat(71), "\"2026-13-01T00:00:00Z\"");

    /** What is replaced, and whether the CPU beside it is seen. */
    private static final List<String> FIELDS = List.of(
            "\"progress_percent\":41.5",
            "\"cpu_usage\":99.9",
            "\"memory_usage\":40",
            "\"gpu_memory_used\":1",
            "\"timestamp\":\"2026-01-01T00:00:00Z\"",
            "\"metric_name\":\"loss\"",
            "\"value\":0.5",
            "\"unit\":\"ratio\"",
            "\"started_at\":\"2026-01-01T00:00:00Z\"",
            "\"completed_at\":\"2026-01-01T00:00:01Z\"");

    private static final String DOCUMENT = """
            {"job_id":"JOB","state":"STATE","progress_percent":41.5,
             "metrics":[{"timestamp":"2026-01-01T00:00:00Z","metric_name":"loss","value":0.5,"unit":"ratio"}],
             "resource_utilization":{"cpu_usage":99.9,"memory_usage":40,"gpu_memory_used":1},
             "started_at":"2026-01-01T00:00:00Z","completed_at":"2026-01-01T00:00:01Z"}""";

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final Map<JobKey, String> documents = new HashMap<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private RoutesUnderTest routes;

    @AfterEach
    void stop() {
        routes.close();
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A value of a status is `NaN`, infinite, null, a text, or out of its range",
            then =
                    "It is missing and named once as `incomplete`; the end is published, and the values beside are judged")
    @Test
    void everyEndIsPublishedAndTheCpuBesideIsJudged() throws Exception {
        List<String> values = new ArrayList<>(NOT_FINITE);
        values.addAll(FINITE);
        for (String field : FIELDS) {
            for (String value : values) {
                String name = field.substring(1, field.indexOf('"', 1));
                JobKey job = new JobKey("acme", "p1", name + "-" + documents.size());
                documents.put(
                        job,
                        DOCUMENT.replace(field, "\"" + name + "\":" + value).replace("JOB", job.job()));
            }
        }
        start("default: true\nrules: [{type: cpu, above: 95, window: 1 of 1}]");
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(Set.copyOf(routes.deletes))
                        .containsExactlyInAnyOrderElementsOf(documents.keySet().stream()
                                .filter(job -> !job.job().startsWith("cpu_usage"))
                                .toList()));
        ended.set(true);
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(200)).until(() -> {
            clock.advance(Duration.ofSeconds(5));
            return routes.beans().watchList().figures().counts().completed() == documents.size();
        });
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.posted)
                        .filteredOn(event -> event.body().contains("job.completed"))
                        .hasSize(documents.size()));
        assertThat(routes.posted).noneMatch(event -> event.body().contains("job.invalid"));
        JobKey cpu = documents.keySet().stream()
                .filter(job -> job.job().startsWith("cpu_usage"))
                .findFirst()
                .orElseThrow();
        assertThat(routes.lastBody(cpu)).contains("\"incomplete\":[\"resource_utilization.cpu_usage\"]");
    }

    @Test
    void aLossThatIsNoFiniteNumberIsFoundAtOnce() throws Exception {
        for (String value : NOT_FINITE) {
            for (String time : List.of("\"2026-01-01T00:00:00Z\"", "null", "\"soon\"")) {
                JobKey job = new JobKey("acme", "p1", "diverged-" + documents.size());
                documents.put(
                        job,
                        DOCUMENT.replace("\"value\":0.5", "\"value\":" + value)
                                .replace("\"timestamp\":\"2026-01-01T00:00:00Z\"", "\"timestamp\":" + time)
                                .replace("JOB", job.job()));
            }
        }
        start("default: true\nrules: [{type: metric-finite, metric: loss}]");
        await().atMost(LONGEST)
                .untilAsserted(
                        () -> assertThat(routes.deletes).containsExactlyInAnyOrderElementsOf(documents.keySet()));
        assertThat(routes.posted).noneMatch(event -> event.body().contains("job.invalid"));
    }

    private void start(String policy) throws Exception {
        Path policies = Files.createDirectories(folder.resolve("policies"));
        Files.writeString(policies.resolve("all.yaml"), policy);
        routes = RoutesUnderTest.start(
                folder,
                clock,
                Map.of(
                        "trainwatch.policy.directory",
                        policies.toString(),
                        "trainwatch.policy.max-cancels-per-hour",
                        "10000"));
        routes.tenant = job -> documents.get(job).replace("STATE", ended.get() ? "COMPLETED" : "RUNNING");
        routes.beans().watchList().add(documents.keySet(), "test");
        clock.advance(Duration.ofSeconds(20));
    }
}
