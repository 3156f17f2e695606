package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.watch.Phase;
import io.trainwatch.watch.WatchedJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures from Prometheus, as the YAML routes take them: tenants, Prometheus and clock are the test's. */
class FillFiguresRouteTest {

    private static final Duration LONGEST = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private static final SettableClock CLOCK = new SettableClock();
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();
    /** How the Prometheus of a tenant answers; its queries name the tenant. */
    private static final Map<String, RoutesUnderTest.Answers> ANSWERS = new ConcurrentHashMap<>();

    private static RoutesUnderTest routes;

    /** Once for all tests, each of which has a tenant of its own. */
    @BeforeAll
    static void start() throws Exception {
        Map<String, String> values = new HashMap<>(Map.of(
                "trainwatch.poll.interval", "1s",
                "trainwatch.policy.cpu-window", "1 of 1",
                "trainwatch.policy.max-stagnation", "30d"));
        for (String tenant : List.of("acme", "missing", "hanging", "grouped", "telling")) {
            String prefix = "trainwatch.tenant." + tenant + ".";
            values.put(prefix + "base-url", "http://127.0.0.1:1");
            values.put(prefix + "api", tenant.equals("telling") ? "training" : "tasks");
            values.put(prefix + "prometheus.url", "http://127.0.0.1:1");
            values.put(prefix + "prometheus.cpu-query", "cpu{t=\"$tenant\",job=\"$job\"}");
            values.put(prefix + "prometheus.memory-query", "memory{t=\"$tenant\",job=\"$job\"}");
        }
        values.put(
                "trainwatch.tenant.grouped.prometheus.cpu-query", "sum by (task) (cpu{t=\"$tenant\",p=\"$project\"})");
        values.put("trainwatch.tenant.grouped.prometheus.job-label", "task");
        routes = RoutesUnderTest.start(folder, CLOCK, values);
        routes.tenant = job -> job.tenant().equals("telling")
                ? "{\"job_id\":\"t1\",\"state\":\"RUNNING\",\"progress_percent\":10,\"metrics\":[],"
                        + "\"resource_utilization\":{\"cpu_usage\":40,\"memory_usage\":30}}"
                : "{\"_id\":\"" + job.job() + "\",\"name\":\"trainIntents\",\"status\":\"active\","
                        + "\"currentStep\":1,\"totalStep\":4}";
        routes.prometheus = query -> {
            ASKED.add(query);
            return ANSWERS.get(query.replaceFirst(".*t=\"(\\w+)\".*", "$1")).to(query);
        };
    }

    @AfterAll
    static void stop() {
        routes.close();
    }

    @Test
    void aJobOfATenantThatTellsNoFiguresIsStoppedByWhatPrometheusTells() {
        JobKey job = new JobKey("acme", "p1", "t1");
        ANSWERS.put("acme", query -> answer(query.contains("cpu{t=\"acme\",job=\"t1\"}") ? "99.5" : "41"));
        watch(List.of(job));
        await().atMost(LONGEST).untilAsserted(() -> {
            look();
            assertThat(routes.deletes).contains(job);
        });
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(job)).containsExactly("job.cancel_requested"));
        assertThat(routes.deletes)
                .filteredOn(deleted -> deleted.tenant().equals("acme"))
                .containsOnly(job);
        assertThat(routes.lastBody(job))
                .contains("\"resource_peak\":{\"cpu\":99.5,\"memory\":41}", "\"rule\":\"max-cpu\",\"observed\":99.5");
    }

    @Test
    void noAnswerIsMissingAndNeverABreach() {
        JobKey job = new JobKey("missing", "p1", "m1");
        Map<String, RoutesUnderTest.Answers> kinds = new LinkedHashMap<>();
        kinds.put("stale", query -> vector(series("99", -121)));
        kinds.put("from the future", query -> vector(series("99", 1_000_000)));
        kinds.put("no number", query -> answer("NaN"));
        kinds.put("infinite", query -> answer("+Inf"));
        kinds.put("negative", query -> answer("-1"));
        kinds.put("no percent", query -> answer("4000"));
        kinds.put("none", query -> vector(""));
        kinds.put("several", query -> vector(series("99", 0) + "," + series("98", 0)));
        kinds.put("matrix", query -> answer("99").replace("vector", "matrix"));
        kinds.put("bare number", query -> answer("99").replace("\"99\"", "99"));
        kinds.put("no success", query -> answer("99").replace("success", "error"));
        kinds.put("no JSON", query -> "<html>");
        kinds.put("nothing", query -> "");
        kinds.put("wrong query", query -> {
            throw RoutesUnderTest.answer(400, Map.of());
        });
        kinds.put("refused", query -> {
            throw RoutesUnderTest.answer(401, Map.of());
        });
        kinds.put("failed", query -> {
            throw RoutesUnderTest.answer(503, Map.of());
        });
        kinds.put("unreachable", query -> {
            throw new java.net.ConnectException("refused");
        });
        List<String> struck = new CopyOnWriteArrayList<>();
        ANSWERS.put("missing", query -> vector(""));
        watch(List.of(job));
        kinds.forEach((kind, answers) -> {
            ANSWERS.put("missing", query -> {
                struck.add(kind);
                return answers.to(query);
            });
            await(kind).atMost(LONGEST).pollInterval(Duration.ofMillis(50)).until(() -> {
                look();
                return struck.contains(kind);
            });
            long looks = looks(job);
            await(kind).atMost(LONGEST).pollInterval(Duration.ofMillis(50)).until(() -> {
                look();
                return looks(job) > looks + 1;
            });
            assertThat(routes.job(job).observed().peakCpu()).as(kind).isNull();
            assertThat(routes.job(job).failures()).as(kind).isZero();
        });
        assertThat(routes.job(job).phase()).isEqualTo(Phase.WATCHING);
        assertThat(routes.events(job)).isEmpty();
        // And it is of use again as soon as it answers.
        ANSWERS.put("missing", query -> answer("50"));
        await().atMost(LONGEST).untilAsserted(() -> {
            look();
            assertThat(routes.job(job).observed().peakCpu()).isEqualTo(50);
        });
    }

    @Test
    void aPrometheusThatHangsHoldsNoLookUp() {
        JobKey job = new JobKey("hanging", "p1", "h1");
        CountDownLatch never = new CountDownLatch(1);
        try {
            ANSWERS.put("hanging", query -> {
                never.await();
                return answer("50");
            });
            watch(List.of(job));
            await().atMost(LONGEST).until(() -> routes.job(job).state() == TrainingState.RUNNING);
            long start = System.nanoTime();
            long looks = looks(job);
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(20)).until(() -> {
                look();
                return looks(job) >= looks + 20;
            });
            // One look waited half a second; had all, they would have taken ten.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
            assertThat(routes.job(job).failures()).isZero();
        } finally {
            never.countDown();
        }
    }

    @Test
    void oneQueryTellsOfAllJobsWhereALabelNamesThem() {
        List<JobKey> jobs = List.of(grouped("g1"), grouped("g2"), grouped("g3"), grouped("g4"), grouped("g5"));
        ANSWERS.put(
                "grouped",
                query -> query.contains("memory")
                        ? vector("")
                        : vector(String.join(
                                ",",
                                labelled("g1", "10"),
                                labelled("g2", "20"),
                                labelled("g3", "30"),
                                labelled("g4", "1"),
                                labelled("g4", "2"))));
        watch(jobs);
        await().atMost(LONGEST).untilAsserted(() -> {
            look();
            assertThat(routes.jobs(jobs))
                    .extracting(WatchedJob::observed)
                    .extracting(Observed::peakCpu)
                    .containsExactly(10.0, 20.0, 30.0, null, null);
        });
        await().atMost(LONGEST).until(() -> {
            look();
            return jobs.stream().mapToLong(FillFiguresRouteTest::looks).sum() >= 30;
        });
        List<String> queries =
                ASKED.stream().filter(query -> query.contains("sum by")).toList();
        assertThat(queries)
                .allMatch(query -> query.equals(
                        "query=sum by (task) (cpu{t=\"grouped\",p=\"p1\"})&timeout=2s" + "&lookback_delta=120"));
        assertThat(queries.size() * 2L)
                .isLessThan(jobs.stream().mapToLong(FillFiguresRouteTest::looks).sum());
    }

    @Test
    void whatTheTenantTellsIsNotAskedElsewhere() {
        JobKey job = new JobKey("telling", "p1", "t1");
        ANSWERS.put("telling", query -> answer("99"));
        watch(List.of(job));
        await().atMost(LONGEST).untilAsserted(() -> {
            look();
            assertThat(looks(job)).isGreaterThan(3);
        });
        assertThat(ASKED).noneMatch(query -> query.contains("telling"));
        assertThat(routes.job(job).observed().peakCpu()).isEqualTo(40);
    }

    private static void watch(List<JobKey> jobs) {
        routes.beans().watchList().add(jobs, "test");
    }

    /** Lets the next look become due, and the pause of a Prometheus that failed be over after a few. */
    private static void look() {
        CLOCK.advance(Duration.ofSeconds(5));
    }

    private static long looks(JobKey job) {
        return routes.job(job).observed().looks();
    }

    private static JobKey grouped(String id) {
        return new JobKey("grouped", "p1", id);
    }

    private static String answer(String value) {
        return vector(series(value, 0));
    }

    private static String series(String value, int seconds) {
        return "{\"metric\":{},\"value\":[" + (CLOCK.instant().getEpochSecond() + seconds) + ".25,\"" + value + "\"]}";
    }

    private static String labelled(String job, String value) {
        return series(value, 0).replace("{}", "{\"task\":\"" + job + "\"}");
    }

    private static String vector(String series) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + series + "]}}";
    }
}
