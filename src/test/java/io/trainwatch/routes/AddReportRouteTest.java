package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trained flow tells of its quality goes into the event of the end, and never holds it up. */
class AddReportRouteTest {

    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final String GOOD = report("0.91", "0.87", "[{}, {}, {}]");

    @TempDir
    private static Path folder;

    private static final SettableClock CLOCK = new SettableClock();
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();
    /** The status of a task, by its id. */
    private static final Map<String, String> TASKS = new ConcurrentHashMap<>();

    private static final List<String> TENANTS = List.of(
            "t11",
            "t12",
            "t31",
            "t41",
            "t42",
            "t61",
            "failed5",
            "cancelled",
            "unsafe",
            "unnamed",
            "refused",
            "gone",
            "failed",
            "unreachable",
            "nothing",
            "noJson",
            "list",
            "noReport",
            "otherReport",
            "noFigures",
            "words",
            "infinite",
            "deep");

    private static RoutesUnderTest routes;

    /** Once for all tests, each of which has tenants of its own, named like their jobs. */
    @BeforeAll
    static void start() throws Exception {
        Map<String, String> values = new HashMap<>();
        for (String tenant : TENANTS) {
            values.put("trainwatch.tenant." + tenant + ".base-url", "http://127.0.0.1:1");
            values.put("trainwatch.tenant." + tenant + ".api", "tasks");
        }
        routes = RoutesUnderTest.start(folder, CLOCK, values);
        AtomicBoolean failsOnce = new AtomicBoolean(true);
        routes.tenant = job -> {
            if (job.job().equals("t12") && failsOnce.getAndSet(false)) {
                throw RoutesUnderTest.answer(429, Map.of("Retry-After", "0"));
            }
            return TASKS.get(job.job());
        };
    }

    @AfterAll
    static void stop() {
        routes.close();
    }

    @BeforeEach
    void nothingWasAskedYet() {
        ASKED.clear();
    }

    @Test
    void accuracyFScoreAndTheNumberOfFindingsAreInTheEvent() {
        flows(path -> GOOD);
        watch("t11", task("t11", "done", "flow1"));
        assertThat(body("t11")).contains("\"aggregated_metrics\":{\"accuracy\":0.91,\"f_score\":0.87,\"findings\":3}");
        assertThat(ASKED).containsExactly("/new/v2.0/flows/flow1");
    }

    @Test
    void aFailureEarlierInTheLookIsNoReasonToLeaveThemOut() {
        flows(path -> GOOD);
        watch("t12", task("t12", "done", "flow1"));
        assertThat(body("t12")).contains("\"accuracy\":0.91");
    }

    @Test
    void anEventGoesOutWithoutThemWhereTheyCannotBeHad() {
        Map<String, RoutesUnderTest.Answers> answers = new LinkedHashMap<>();
        answers.put("refused", path -> {
            throw RoutesUnderTest.answer(403, Map.of());
        });
        answers.put("gone", path -> {
            throw RoutesUnderTest.answer(404, Map.of());
        });
        answers.put("failed", path -> {
            throw RoutesUnderTest.answer(503, Map.of("Retry-After", "60"));
        });
        answers.put("unreachable", path -> {
            throw new java.net.ConnectException("refused");
        });
        answers.put("nothing", path -> "");
        answers.put("noJson", path -> "<html>");
        answers.put("list", path -> "[]");
        answers.put("noReport", path -> "{\"_id\":\"f\",\"feedbackReport\":null}");
        answers.put("otherReport", path -> "{\"feedbackReport\":[]}");
        answers.put("noFigures", path -> "{\"feedbackReport\":{\"info\":{}}}");
        answers.put("words", path -> report("\"good\"", "{}", "\"many\""));
        answers.put("infinite", path -> report("1e999", "1e999", "-1"));
        answers.put("deep", path -> "{\"feedbackReport\":" + "[".repeat(200) + "]".repeat(200) + "}");
        flows(path -> answers.get(path.replaceFirst(".*/", "")).to(path));
        answers.keySet().forEach(name -> TASKS.put(name, task(name, "done", name)));
        answers.keySet().forEach(name -> routes.beans().watchList().add(List.of(job(name)), "test"));
        for (String name : answers.keySet()) {
            assertThat(body(name)).as(name).contains("\"job.completed\"", "\"aggregated_metrics\":{}");
        }
        assertThat(ASKED).as("once each").hasSize(answers.size());
    }

    @Test
    void whatIsTherePartlyIsToldPartly() {
        flows(path -> "{\"feedbackReport\":{\"info\":{\"accuracy\":1,\"fScore\":\"?\"},\"findings\":4}}");
        watch("t31", task("t31", "done", "flow1"));
        assertThat(body("t31")).contains("\"aggregated_metrics\":{\"accuracy\":1,\"findings\":4}");
    }

    @Test
    void aReportOfAnEarlierTrainingIsNotTold() {
        flows(path -> path.endsWith("old")
                ? GOOD.replaceFirst("\\{", "{\"lastTrainedAt\":" + (SettableClock.START.getEpochSecond() - 60) + ",")
                : GOOD.replaceFirst("\\{", "{\"lastTrainedAt\":\"" + SettableClock.START + "\","));
        watch("t41", task("t41", "done", "old"));
        watch("t42", task("t42", "done", "new"));
        assertThat(body("t41")).contains("\"aggregated_metrics\":{}");
        assertThat(body("t42")).contains("\"accuracy\":0.91");
    }

    @Test
    void nothingIsAskedAboutATrainingThatDidNotEndWellOrWhoseFlowIsNotNamed() {
        flows(path -> GOOD);
        watch("failed5", task("failed5", "error", "flow1"));
        watch("cancelled", task("cancelled", "cancelled", "flow1"));
        watch("unsafe", task("unsafe", "done", "../../projects"));
        watch("unnamed", "{\"_id\":\"unnamed\",\"name\":\"trainYesNoIntents\",\"status\":\"done\",\"data\":\"none\"}");
        for (String name : List.of("failed5", "cancelled", "unsafe", "unnamed")) {
            assertThat(body(name)).as(name).contains("\"aggregated_metrics\":{}");
        }
        assertThat(ASKED).isEmpty();
    }

    @Test
    void anEventWaitsFiveSecondsAtMost() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            flows(path -> {
                never.await();
                return GOOD;
            });
            long start = System.nanoTime();
            watch("t61", task("t61", "done", "flow1"));
            assertThat(body("t61")).contains("\"aggregated_metrics\":{}");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(4_900), Duration.ofSeconds(10));
            // Those that end with it do not wait one by one.
            JobKey next = new JobKey("t61", "p1", "t62");
            TASKS.put("t62", task("t62", "done", "flow2"));
            routes.beans().watchList().add(List.of(next), "test");
            await().atMost(LONGEST).until(() -> !routes.lastBody(next).isEmpty());
            assertThat(routes.lastBody(next)).contains("\"aggregated_metrics\":{}");
            assertThat(ASKED).hasSize(1);
        } finally {
            never.countDown();
        }
    }

    private void flows(RoutesUnderTest.Answers answers) {
        routes.flows = path -> {
            ASKED.add(path);
            return answers.to(path);
        };
    }

    private void watch(String id, String task) {
        TASKS.put(id, task);
        routes.beans().watchList().add(List.of(job(id)), "test");
    }

    private String body(String id) {
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
            CLOCK.advance(Duration.ofSeconds(1)); // the list is refused here: a job becomes due on its own
            return !routes.lastBody(job(id)).isEmpty();
        });
        assertThat(routes.events(job(id))).hasSize(1);
        return routes.lastBody(job(id));
    }

    private static JobKey job(String id) {
        return new JobKey(id, "p1", id);
    }

    private String task(String id, String status, String flow) {
        return "{\"_id\":\"" + id + "\",\"name\":\"trainIntents\",\"status\":\"" + status + "\",\"createdAt\":"
                + SettableClock.START.getEpochSecond() + ",\"data\":{\"flowId\":\"" + flow + "\"}}";
    }

    private static String report(String accuracy, String fScore, String findings) {
        return "{\"feedbackReport\":{\"info\":{\"accuracy\":" + accuracy + ",\"fScore\":" + fScore + "},\"findings\":"
                + findings + "}}";
    }
}
