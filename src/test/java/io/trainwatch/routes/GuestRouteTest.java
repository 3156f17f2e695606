package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.settings.Sources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tenant sees of the routes, over HTTP. */
class GuestRouteTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final JobKey JOB = new JobKey("acme", "p1", "job-0");

    @TempDir
    private Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> knownTags = new CopyOnWriteArrayList<>();
    private final AtomicLong refusedAt = new AtomicLong();
    private final List<Long> afterRefusal = new CopyOnWriteArrayList<>();
    private volatile String tag;
    private volatile boolean isChanged = true;
    private volatile int refuseAt = Integer.MAX_VALUE;
    private HttpServer tenant;
    private Main main;

    @BeforeEach
    void startTenant() throws IOException {
        tenant = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        tenant.setExecutor(Executors.newFixedThreadPool(8));
        tenant.createContext("/", exchange -> {
            long now = System.nanoTime();
            int number = requests.incrementAndGet();
            String known = exchange.getRequestHeaders().getFirst("If-None-Match");
            knownTags.add(String.valueOf(known));
            if (number == refuseAt) {
                exchange.getResponseHeaders().set("Retry-After", "3");
                exchange.sendResponseHeaders(429, -1);
                exchange.close();
                refusedAt.set(System.nanoTime());
                return;
            }
            if (refusedAt.get() != 0) {
                afterRefusal.add((now - refusedAt.get()) / 1_000_000);
            }
            if (known != null && !isChanged) {
                exchange.sendResponseHeaders(304, -1);
            } else {
                if (tag != null) {
                    exchange.getResponseHeaders().set("ETag", tag);
                }
                String id = exchange.getRequestURI().getPath().replaceFirst(".*/train/([^/]*)/status", "$1");
                byte[] body = """
                        {"job_id":"%s","state":"RUNNING","progress_percent":10,
                         "resource_utilization":{"cpu_usage":40,"memory_usage":40}}""".formatted(id).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        tenant.start();
    }

    @AfterEach
    void stop() {
        if (main != null) {
            main.stop();
        }
        tenant.stop(0);
    }

    @Test
    void aShortRetryAfterPausesAllJobsOfTheTenantAtOnce() throws Exception {
        refuseAt = 300;
        start("1s");
        beans().watchList()
                .add(
                        IntStream.range(0, 200)
                                .mapToObj(i -> new JobKey("acme", "p1", "job-" + i))
                                .toList(),
                        "test");
        await().atMost(LONGEST).until(() -> requests.get() > 320);
        assertThat(afterRefusal.stream().filter(millis -> millis > 60 && millis < 2_900))
                .as("requests after the refusal, in ms")
                .isEmpty();
    }

    @Test
    void whatHasNotChangedIsALookWithoutANewReading() throws Exception {
        tag = "\"v1\"";
        start("200ms");
        beans().watchList().add(List.of(JOB), "test");
        await().atMost(LONGEST)
                .until(() ->
                        beans().watchList().find(List.of(JOB.toString())).get(0).state() == TrainingState.RUNNING);
        isChanged = false;
        int before = requests.get();
        await().atMost(LONGEST).until(() -> requests.get() > before + 3);
        assertThat(knownTags.get(0)).isEqualTo("null");
        assertThat(knownTags.stream().skip(1)).as("also after a 304").containsOnly("\"v1\"");
        await().atMost(LONGEST).untilAsserted(() -> {
            var job = beans().watchList().find(List.of(JOB.toString())).get(0);
            assertThat(job.failures()).isZero();
            assertThat(job.state()).isEqualTo(TrainingState.RUNNING);
            assertThat(job.observed().looks()).isGreaterThan(3);
            assertThat(job.observed().entityTag()).isEqualTo("\"v1\"");
        });
    }

    @Test
    void withoutAnEntityTagNoneIsSent() throws Exception {
        start("200ms");
        beans().watchList().add(List.of(JOB), "test");
        await().atMost(LONGEST).until(() -> requests.get() > 3);
        assertThat(knownTags).containsOnly("null");
    }

    private void start(String interval) throws Exception {
        main = new Main();
        main.bind(
                "settings",
                TrainwatchSettings.read(Sources.of(Map.of(
                        "trainwatch.tenant.acme.base-url",
                        "http://127.0.0.1:" + tenant.getAddress().getPort() + "/api",
                        "trainwatch.store.url",
                        "jdbc:sqlite:" + folder.resolve("trainwatch.db"),
                        "trainwatch.audit.directory",
                        folder.resolve("audit").toString(),
                        "trainwatch.http.enabled",
                        "false",
                        "trainwatch.poll.interval",
                        interval,
                        "trainwatch.poll.tick",
                        "50ms"))));
        main.configure().setJmxEnabled(false);
        main.configure().rest().setInlineRoutes(false);
        main.start();
    }

    private TrainwatchBeans beans() {
        return main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
    }
}
