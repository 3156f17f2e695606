package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.trainwatch.api.HttpServer;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.watch.Phase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a run on its own, and what alerts and dashboard make of them. */
class MetricsTest {

    private static final Path OPERATIONS = Path.of("docs", "operations");
    private static final int MAX_SERIES = 1_500;
    /** On a quiet machine 50, which {@code -Dtrainwatch.metrics.millis=50} demands. */
    private static final long MAX_MILLIS = Long.getLong("trainwatch.metrics.millis", 1_000);

    private static final long MAX_MILLIS_OF_ROWS = 6 * MAX_MILLIS;
    private static final JobKey JOB = new JobKey("acme", "p1", "job-1");
    private static final JobKey ENDED = new JobKey("acme", "p1", "ended");
    private static final Pattern NAME = Pattern.compile("\\b(?:trainwatch|http_client|camel)_[a-z_]+");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final SettableClock clock = new SettableClock();
    private RoutesUnderTest routes;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        routes = RoutesUnderTest.start(folder, clock, Map.of("trainwatch.tenant.acme.max-requests-per-second", "1000"));
        routes.tenant = job -> "{\"job_id\":\"" + job.job() + "\",\"state\":\""
                + (job.equals(ENDED) ? "COMPLETED" : "RUNNING") + "\",\"progress_percent\":10,\"metrics\":[],"
                + "\"completed_at\":" + (job.equals(ENDED) ? "\"2026-03-01T11:59:50Z\"" : "null")
                + ",\"resource_utilization\":{\"cpu_usage\":100,\"memory_usage\":40}}";
        server = HttpServer.start(new HttpServer.Options(
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.empty(),
                routes.beans().observed()));
    }

    @AfterEach
    void stop() {
        server.close();
        routes.close();
    }

    @Test
    void whatHappensIsCountedAndEveryMetricOfAlertsAndDashboardIsThere() throws Exception {
        routes.beans().watchList().add(List.of(JOB, ENDED), "test");
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            clock.advance(Duration.ofSeconds(10));
            return routes.deletes.contains(JOB)
                    && routes.job(ENDED).phase() == Phase.ENDED
                    && scrape().contains("trainwatch_deliveries_total")
                    && scrape().contains("trainwatch_end_detection_delay_seconds_count 1");
        });
        // The clock ran ahead of the tick by which a node shows itself; what was read is kept for a while of that
        // clock.
        AtomicReference<String> scraped = new AtomicReference<>();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(600))
                .until(() -> {
                    clock.advance(Duration.ofSeconds(5));
                    scraped.set(scrape());
                    return value(scraped.get(), "trainwatch_nodes") == 1;
                });
        String text = scraped.get();
        assertThat(text)
                .contains(
                        "trainwatch_jobs{state=\"completed\",tenant=\"acme\"} 1.0",
                        "trainwatch_looks_total{outcome=\"running\",tenant=\"acme\"}",
                        "trainwatch_verdicts_total{level=\"cancel\",rule=\"max-cpu\"}",
                        "trainwatch_cancels_total{result=",
                        "trainwatch_target_state{state=\"closed\",target=\"ops\"} 1.0",
                        "trainwatch_deliveries_total{result=\"delivered\",target=\"ops\"}",
                        "trainwatch_tenant_requests_left{tenant=\"acme\"}",
                        "camel_exchanges_total{route_id=")
                .doesNotContain("job-1", "p1");
        assertThat(value(text, "trainwatch_end_detection_delay_seconds_count")).isEqualTo(1);
        assertThat(value(text, "trainwatch_look_lag_seconds_count")).isGreaterThan(1);
        assertThat(value(text, "trainwatch_audit_lines_total")).isGreaterThan(3);
        assertThat(value(text, "trainwatch_nodes")).isEqualTo(1);
        Set<String> missing = named(Files.readString(OPERATIONS.resolve("alerts.yml")));
        missing.addAll(named(Files.readString(OPERATIONS.resolve("dashboard.json"))));
        assertThat(missing).hasSizeGreaterThan(20);
        missing.removeAll(named(text));
        // Nothing of these happened here, or no client is there that sends a request.
        missing.removeIf(name -> Set.of(
                        "trainwatch_cancels_withheld_total",
                        "trainwatch_token_refreshes_total",
                        "trainwatch_tenant_requests_total",
                        "http_client_requests_seconds_sum",
                        "http_client_requests_seconds_count",
                        "camel_exchanges_failed_total")
                .contains(name));
        assertThat(missing)
                .as("metrics that alerts or dashboard name and nobody makes")
                .isEmpty();
        assertPromtool(text);
    }

    @Test
    void tenThousandJobsAreFewSeriesAndLittleTime() throws Exception {
        routes.beans().watch().leases().drain();
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("trainwatch.db"));
                Statement statement = store.createStatement()) {
            statement.execute("pragma busy_timeout = 5000");
            statement.execute("insert into job (id, tenant, project_id, job_id, epoch, phase, state, observed,"
                    + " watched_since, next_poll_at, failures) with recursive n(i) as (select 1 union all select i + 1"
                    + " from n where i < 10000) select 'acme:p' || (i % 50) || '/job-' || i, 'acme', 'p' || (i % 50),"
                    + " 'job-' || i, 1, case when i % 3 = 0 then 'WATCHING' else 'ENDED' end,"
                    + " case when i % 3 = 0 then 'RUNNING' when i % 7 = 0 then 'FAILED' else 'COMPLETED' end,"
                    + " '{\"unknown\":\"" + "x".repeat(3_000) + "\"}', i,"
                    + " case when i % 3 = 0 then i else 9223372036854775807 end, case when i % 300 = 0 then 1 else 0 end"
                    + " from n");
        }
        assertThat(bestMillis("/observe/metrics"))
                .as("milliseconds of a scrape")
                .isLessThanOrEqualTo(MAX_MILLIS);
        for (String page : List.of(
                "?limit=100&samples=20",
                "?sort=trouble&limit=100",
                "?state=FAILED&limit=100",
                "?text=job-99&limit=100",
                "?trouble=true")) {
            assertThat(bestMillis("/api/jobs" + page)).as(page).isLessThanOrEqualTo(MAX_MILLIS_OF_ROWS);
        }
        assertThat(bestMillis("/api/statistics")).isLessThanOrEqualTo(MAX_MILLIS_OF_ROWS);
        assertThat(scrape().lines().filter(line -> !line.startsWith("#")).count())
                .isLessThanOrEqualTo(MAX_SERIES);
    }

    @Test
    void inAnotherRuntimeAllIsMeasuredIntoItsRegistry() throws Exception {
        SimpleMeterRegistry host = new SimpleMeterRegistry();
        routes.close(); // one context has the servlet's paths
        routes = RoutesUnderTest.startIn(host, Files.createDirectory(folder.resolve("host")), clock);
        routes.beans().watchList().add(List.of(JOB), "test");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> host.find("trainwatch.looks")
                                .tag("outcome", "not_found")
                                .counter()
                        != null);
        assertThat(host.get("trainwatch.jobs").tag("state", "new").gauge().value())
                .isEqualTo(1);
        assertThat(host.find("camel.exchanges.total").meter())
                .as("the host makes them, where it wants them")
                .isNull();
    }

    @Test
    void everyAlertHasItsParagraphInTheRunbook() throws IOException {
        Set<String> alerts = Files.readAllLines(OPERATIONS.resolve("alerts.yml")).stream()
                .filter(line -> line.contains("- alert: "))
                .map(line -> line.replaceFirst(".*- alert: ", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> paragraphs = Files.readAllLines(OPERATIONS.resolve("runbook.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(alerts).hasSizeGreaterThan(8).isEqualTo(paragraphs);
    }

    @Test
    void promtoolTakesTheAlertRules() throws Exception {
        assumePromtool();
        assertThat(run(
                        null,
                        "promtool",
                        "check",
                        "rules",
                        OPERATIONS.resolve("alerts.yml").toString()))
                .contains("SUCCESS");
        assertThat(run(
                        null,
                        "promtool",
                        "test",
                        "rules",
                        OPERATIONS.resolve("alerts-test.yml").toString()))
                .contains("SUCCESS");
    }

    private void assertPromtool(String text) throws Exception {
        assumePromtool();
        Path metrics = Files.writeString(folder.resolve("metrics"), text);
        assertThat(run(metrics, "promtool", "check", "metrics")).isEmpty();
    }

    private static void assumePromtool() throws InterruptedException {
        boolean isThere;
        try {
            isThere = new ProcessBuilder("promtool", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            isThere = false;
        }
        if (!isThere) {
            System.err.println("SKIPPED: no promtool is on the path (Debian's package prometheus has it)");
        }
        assumeThat(isThere).isTrue();
    }

    private static String run(Path input, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static double value(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static Set<String> named(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    /** Of several: this machine may be busy with other things. */
    private long bestMillis(String path) throws IOException, InterruptedException {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 8 && best > MAX_MILLIS; i++) {
            clock.advance(Duration.ofSeconds(2));
            long start = System.nanoTime();
            assertThat(get(path)).isNotEmpty();
            best = Math.min(best, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
        return best;
    }

    private String scrape() throws IOException, InterruptedException {
        return get("/observe/metrics");
    }

    private String get(String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
    }
}
