package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.errors.LogLines;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.Store;
import io.trainwatch.watch.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists that take the place of looks, as the YAML routes take them: only the tenant and the clock are the test's. */
class ListJobsRouteTest {

    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final Duration A_LIST_LATER = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    /** The tasks of the tenant, the latest first: id and status. */
    private final Map<String, String> tasks = new ConcurrentSkipListMap<>(Comparator.reverseOrder());

    private final AtomicInteger pages = new AtomicInteger();
    private final List<String> single = new CopyOnWriteArrayList<>();
    private RoutesUnderTest routes;

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void oneListTakesThePlaceOfALookAtEachJob() throws Exception {
        start(Map.of());
        IntStream.range(100, 200).forEach(number -> tasks.put("task" + number, "active"));
        watch(tasks.keySet());
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.jobs(jobs(tasks.keySet())))
                        .allMatch(job -> job.state() == TrainingState.RUNNING));
        tasks.replaceAll((id, status) -> "done");
        clock.advance(A_LIST_LATER);
        await().atMost(LONGEST)
                .until(() -> routes.beans().watchList().figures().counts().completed() == 100);
        assertThat(pages).hasValueLessThanOrEqualTo(3);
        assertThat(single).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void anEndThatAListTellsOfIsConfirmedByALaterList() throws Exception {
        tasks.putAll(Map.of("task1", "active", "task2", "active"));
        start(Map.of("trainwatch.tenant.acme.discover", "p1"));
        untilSeen("task1", TrainingState.RUNNING);
        tasks.put("task1", "done");
        clock.advance(A_LIST_LATER);
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(job("task1"))).containsExactly("job.completed"));
        single.clear();
        clock.advance(Duration.ofSeconds(67));
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return routes.job(job("task1")).nextPollAt().toEpochMilli() == Store.NEVER;
        });
        assertThat(single).doesNotContain("task1");
        assertThat(routes.events(job("task1"))).containsExactly("job.completed");
    }

    @Test
    void aJobThatNobodyNamedIsDiscoveredOnceAndWatchedToItsEnd() throws Exception {
        tasks.put("task1", "active");
        start(Map.of("trainwatch.tenant.acme.discover", "p1"));
        untilSeen("task1", TrainingState.RUNNING);
        tasks.put("task1", "done");
        tasks.put("task2", "queued");
        clock.advance(A_LIST_LATER);
        await().atMost(LONGEST).untilAsserted(() -> {
            assertThat(routes.events(job("task1"))).containsExactly("job.completed");
            assertThat(routes.beans().watchList().figures().counts().total()).isEqualTo(2);
        });
    }

    @Test
    void aProjectThatTheSettingsNoLongerNameIsNotListedAnyMore() throws Exception {
        tasks.put("task1", "active");
        start(Map.of("trainwatch.tenant.acme.discover", "p1"));
        await().atMost(LONGEST)
                .until(() -> routes.beans().watchList().figures().counts().total() == 1);
        routes.close();
        int before = pages.get();
        tasks.put("task2", "active");
        start(Map.of());
        clock.advance(Duration.ofMinutes(1));
        await().atMost(LONGEST).until(() -> !single.isEmpty());
        assertThat(pages).hasValue(before);
        assertThat(routes.beans().watchList().figures().counts().total()).isEqualTo(1);
    }

    @Test
    void allProjectsOfATenantAreFoundWhereNoneIsNamed() throws Exception {
        tasks.put("task1", "active");
        start(Map.of("trainwatch.tenant.acme.discover", "*"));
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return routes.beans().watchList().figures().counts().total() == 2;
        });
        assertThat(routes.beans().watchList().latest(10))
                .extracting(job -> job.key().project())
                .containsExactlyInAnyOrder("p1", "p2");
    }

    @Test
    void aJobThatHadEndedBeforeAndATaskOfAnotherKindAreLeftOut() throws Exception {
        tasks.put("ended", "done");
        tasks.put("snapshot", "active");
        tasks.put("runs", "active");
        start(Map.of("trainwatch.tenant.acme.discover", "p1"));
        await().atMost(LONGEST)
                .until(() -> routes.beans().watchList().figures().counts().total() > 0);
        assertThat(routes.beans().watchList().latest(10))
                .extracting(job -> job.key().job())
                .containsExactly("runs");
    }

    @Test
    void aJobThatEndedBeforeIsReportedWhereThatIsAskedFor() throws Exception {
        tasks.put("ended", "done");
        start(Map.of("trainwatch.tenant.acme.discover", "p1", "trainwatch.tenant.acme.discover-since", "5m"));
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            clock.advance(Duration.ofSeconds(1));
            assertThat(routes.events(job("ended"))).containsExactly("job.completed");
        });
        int before = pages.get();
        clock.advance(A_LIST_LATER);
        await().atMost(LONGEST).until(() -> pages.get() > before);
        assertThat(routes.events(job("ended")))
                .as("once, however often it is listed")
                .hasSize(1);
    }

    @Test
    void theFiveOutcomesAreToldApart() throws Exception {
        start(Map.of());
        tasks.putAll(Map.of("task1", "done", "task2", "error", "task3", "cancelled", "task4", "active"));
        List<JobKey> all = jobs(List.of("task1", "task2", "task3", "task4", "vanished"));
        routes.tenant = job -> {
            if (!tasks.containsKey(job.job())) {
                throw RoutesUnderTest.answer(404, Map.of());
            }
            return task(job.job(), tasks.get(job.job()));
        };
        routes.beans().watchList().add(all, "test");
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            clock.advance(Duration.ofSeconds(5));
            assertThat(routes.events(job("task1"))).containsExactly("job.completed");
            assertThat(routes.events(job("task2"))).containsExactly("job.failed");
            assertThat(routes.events(job("task3"))).containsExactly("job.cancelled");
            assertThat(routes.events(job("vanished"))).containsExactly("job.unreachable");
        });
        assertThat(routes.events(job("task4"))).isEmpty();
        assertThat(routes.job(job("task4")).state()).isEqualTo(TrainingState.RUNNING);
        assertThat(routes.job(job("vanished")).state())
                .as("never taken for an end")
                .isNull();
    }

    @Test
    void aTaskThatIsBeingCancelledHasNotEnded() throws Exception {
        start(Map.of());
        tasks.put("task1", "cancelling");
        watch(tasks.keySet());
        untilSeen("task1", TrainingState.RUNNING);
        assertThat(routes.posted).isEmpty();
        tasks.put("task1", "done");
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            clock.advance(A_LIST_LATER);
            assertThat(routes.events(job("task1"))).containsExactly("job.completed");
        });
    }

    @Test
    void whereListsAreRefusedEachJobIsAskedAboutOnItsOwn() throws Exception {
        start(Map.of());
        tasks.putAll(Map.of("task1", "done", "task2", "error"));
        routes.lists = (project, query) -> {
            throw RoutesUnderTest.answer(403, Map.of());
        };
        watch(tasks.keySet());
        clock.advance(Duration.ofSeconds(30));
        await().atMost(LONGEST).untilAsserted(() -> {
            assertThat(routes.events(job("task1"))).containsExactly("job.completed");
            assertThat(routes.events(job("task2"))).containsExactly("job.failed");
        });
        assertThat(routes.statusQueries).as("as public clients ask").containsExactly("projectId=p1");
    }

    /** What stands where a page should, or comes of asking for it. */
    private enum NoPage {
        NO_BODY,
        EMPTY(""),
        NULL("null"),
        ARRAY("[]"),
        OBJECT("{}"),
        NO_ITEMS("{\"items\":null}"),
        ITEMS_OF_ANOTHER_KIND("{\"items\":{\"length\":1}}"),
        HTML("<!DOCTYPE html><html><body><h1>Signed out</h1></body></html>"),
        CUT("{\"items\":[{\"_id\":\"task1\",\"status\":\"do"),
        CUT_IN_A_CHUNK;

        private final String text;

        NoPage() {
            this(null);
        }

        NoPage(String text) {
            this.text = text;
        }

        Object body() {
            return this != CUT_IN_A_CHUNK
                    ? text
                    : new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new MalformedChunkCodingException("CRLF expected at end of chunk");
                        }
                    };
        }
    }

    @Situation(of = Situation.Of.TENANTS, when = "A list cannot be read", then = "It is asked for again soon")
    @ParameterizedTest
    @EnumSource
    void aPageThatIsNoneIsOneWarningInWordsAndIsAskedForAgainSoon(NoPage page) throws Exception {
        tasks.putAll(Map.of("task1", "done", "task2", "error", "task3", "active"));
        start(Map.of());
        List<Instant> asked = new CopyOnWriteArrayList<>();
        routes.lists = (project, query) -> {
            asked.add(clock.instant());
            return asked.size() < 3 ? page.body() : page(tasks);
        };
        try (LogLines log = LogLines.listen()) {
            watch(tasks.keySet());
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
                clock.advance(Duration.ofMillis(200));
                assertThat(routes.events(job("task1"))).containsExactly("job.completed");
                assertThat(routes.events(job("task2"))).containsExactly("job.failed");
            });
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
                clock.advance(Duration.ofMillis(100));
                return asked.size() >= 3;
            });
            assertThat(Duration.between(asked.get(0), asked.get(1)))
                    .as("not a whole interval of lists later")
                    .isLessThan(A_LIST_LATER);
            assertThat(log.ofFaults())
                    .singleElement()
                    .asString()
                    .startsWith("listing jobs of acme (")
                    .contains("fails: the jobs of acme:p1 cannot be listed, and are asked about one by one: ");
            log.assertFew();
        }
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A tenant lists the oldest first",
            then = "It is said once, and all pages are read")
    @Test
    void whereTheOldestComesFirstThatIsSaidAndAllPagesAreReadSoThatNewJobsAreFound() throws Exception {
        IntStream.range(0, 250).forEach(number -> tasks.put("task" + (1_000 + number), "ended"));
        start(Map.of("trainwatch.tenant.acme.discover", "p1"), (project, query) -> {
            pages.incrementAndGet();
            return oldestFirst(query);
        });
        await().atMost(LONGEST).until(() -> pages.get() >= 3);
        try (LogLines log = LogLines.listen()) {
            for (int found = 1; found <= 2; found++) {
                tasks.put("task" + (2_000 + found), "active");
                untilWatched(found);
            }
            assertThat(log.ofFaults()).as("it was said before").isEmpty();
        }
    }

    @Test
    void thatTheOldestComesFirstIsSaidOnce() throws Exception {
        IntStream.range(0, 250).forEach(number -> tasks.put("task" + (1_000 + number), "active"));
        try (LogLines log = LogLines.listen()) {
            start(Map.of("trainwatch.tenant.acme.discover", "p1"), (project, query) -> {
                pages.incrementAndGet();
                return oldestFirst(query);
            });
            untilWatched(250);
            int before = pages.get();
            Instant minute = clock.instant().plusSeconds(60);
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(50)).until(() -> {
                clock.advance(Duration.ofMillis(500));
                return clock.instant().isAfter(minute);
            });
            assertThat(pages.get() - before)
                    .as("about as many requests in a minute as for a list of one page")
                    .isBetween(3, 18);
            assertThat(log.ofFaults())
                    .filteredOn(line -> line.contains("oldest"))
                    .singleElement()
                    .asString()
                    .contains("the list of acme:p1 comes with the oldest job first, though the latest is asked for");
        }
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A task moves to another project",
            then = "It is said once, and the task is watched to its end")
    @Test
    void aTaskThatMovesToAnotherProjectIsSaidAndWatchedToItsEnd() throws Exception {
        tasks.putAll(Map.of("task1", "active", "task2", "active"));
        start(Map.of());
        routes.tenant = job -> task(job.job(), tasks.get(job.job()))
                .replace("}", ",\"projectId\":\"" + (job.job().equals("task1") ? "p2" : "p1") + "\"}");
        routes.lists = (project, query) -> page(tasks).replace("task1\"", "task1\",\"projectId\":\"p2\"");
        try (LogLines log = LogLines.listen()) {
            watch(tasks.keySet());
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
                clock.advance(Duration.ofSeconds(1));
                return !routes.audit("STATUS_INCOMPLETE").isEmpty();
            });
            tasks.replaceAll((id, status) -> "done");
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
                clock.advance(Duration.ofSeconds(1));
                assertThat(routes.events(job("task1"))).containsExactly("job.completed");
                assertThat(routes.events(job("task2"))).containsExactly("job.completed");
            });
            assertThat(log.ofFaults())
                    .anySatisfy(line -> assertThat(line)
                            .contains("acme:p1/task1: the tenant says project p2. It is watched on under this name"));
            log.assertFew();
        }
        assertThat(routes.audit("STATUS_INCOMPLETE"))
                .singleElement()
                .asString()
                .contains("task1", "\"projectId\":\"the tenant says project p2\"");
        assertThat(routes.lastBody(job("task1"))).contains("\"project_id\":\"p1\"", "\"incomplete\":[\"projectId\"]");
        assertThat(routes.beans().watchList().figures().counts().total()).isEqualTo(2);
    }

    @Test
    void aJobThatTheListLeavesOutIsAskedAboutOnItsOwn() throws Exception {
        start(Map.of());
        tasks.putAll(Map.of("task1", "active", "task2", "active", "task3", "done"));
        Map<String, String> shown = new HashMap<>(tasks);
        shown.remove("task3");
        routes.lists = (project, query) -> page(shown);
        watch(tasks.keySet());
        clock.advance(Duration.ofSeconds(30));
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(job("task3"))).containsExactly("job.completed"));
    }

    @Test
    void aListThatIsBehindIsNotFollowed() throws Exception {
        start(Map.of());
        tasks.putAll(Map.of("task1", "active", "task2", "active", "task3", "active"));
        String frozen = page(tasks);
        routes.lists = (project, query) -> {
            pages.incrementAndGet();
            return frozen;
        };
        watch(tasks.keySet());
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.jobs(jobs(tasks.keySet())))
                        .allMatch(job -> job.state() == TrainingState.RUNNING));
        tasks.replaceAll((id, status) -> "done");
        // A later list has one job asked about on its own; the one after is found to be behind.
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return routes.beans().watchList().figures().counts().completed() == 3;
        });
        await().atMost(LONGEST).until(() -> routes.posted.size() >= 3);
        assertThat(routes.posted).as("each end is told once").hasSize(3);
    }

    @Test
    void pagesAreFollowedToJobsThatTheFirstOneDoesNotHold() throws Exception {
        start(Map.of());
        IntStream.range(100, 350).forEach(number -> tasks.put("task" + number, "done"));
        List<String> oldest = new ArrayList<>(tasks.keySet()).subList(200, 250);
        watch(oldest);
        await().atMost(LONGEST)
                .until(() -> routes.beans().watchList().figures().counts().completed() == 50);
        assertThat(pages).hasValue(3);
        assertThat(single).isEmpty();
    }

    @Test
    void aJobBehindThePagesThatAreWorthARequestIsLookedAtWithTheList() throws Exception {
        start(Map.of());
        IntStream.range(100, 202).forEach(number -> tasks.put("task" + number, "active"));
        tasks.put("task100", "done");
        watch(List.of("task201", "task200", "task100"));
        await("without any wait")
                .atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(job("task100"))).containsExactly("job.completed"));
        assertThat(pages).hasValue(1);
        assertThat(single).containsExactly("task100");
    }

    @Test
    void aBreachOrAnInvalidStatusOfAListNeverStopsTheOthers() throws Exception {
        start(Map.of());
        tasks.putAll(Map.of("task1", "running?", "task2", "done", "task3", "cancelled"));
        watch(tasks.keySet());
        await().atMost(LONGEST).untilAsserted(() -> {
            assertThat(routes.events(job("task2"))).containsExactly("job.completed");
            assertThat(routes.events(job("task3"))).containsExactly("job.cancelled");
        });
        clock.advance(Duration.ofSeconds(30));
        await().atMost(LONGEST).until(() -> routes.job(job("task1")).failures() > 0);
        assertThat(routes.job(job("task1")).phase()).isEqualTo(Phase.WATCHING);
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A list is an HTML page, `null`, or cut",
            then = "One warning in words; the jobs are looked at one by one")
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
    void whatIsNoNumberInATaskOfAListLeavesItsEndAndTheOthers(String value) throws Exception {
        start(Map.of());
        tasks.putAll(Map.of("task1", "done", "task2", "error", "task3", "cancelled"));
        routes.lists = (project, query) -> {
            pages.incrementAndGet();
            return page(tasks)
                    .replace("\"currentStep\":1", "\"currentStep\":" + value + ",\"log\":\"" + "x".repeat(9_000) + "\"")
                    .replace("\"totalStep\":4", "\"totalStep\":" + value + ",\"lastRunAt\":" + value)
                    .replace("[{", "[" + value + ",{");
        };
        watch(tasks.keySet());
        await().atMost(LONGEST).untilAsserted(() -> {
            assertThat(routes.events(job("task1"))).containsExactly("job.completed");
            assertThat(routes.events(job("task2"))).containsExactly("job.failed");
            assertThat(routes.events(job("task3"))).containsExactly("job.cancelled");
        });
        assertThat(single).as("the list told").isEmpty();
    }

    private void start(Map<String, String> more) throws Exception {
        start(more, (project, query) -> {
            pages.incrementAndGet();
            if (project.equals("*")) {
                return "{\"items\":[{\"_id\":\"p1\"},{\"_id\":\"p2\"},{\"_id\":\"../p3\"}]}";
            }
            return page(query);
        });
    }

    private void start(Map<String, String> more, RoutesUnderTest.Lists lists) throws Exception {
        Map<String, String> values = new HashMap<>(Map.of("trainwatch.tenant.acme.api", "tasks"));
        values.put("trainwatch.tenant.acme.api-key", "key");
        values.putAll(more);
        routes = RoutesUnderTest.start(folder, clock, values, lists);
        routes.tenant = job -> {
            single.add(job.job());
            return task(job.job(), tasks.get(job.job()));
        };
    }

    private void untilWatched(int jobs) {
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return routes.beans().watchList().figures().counts().total() == jobs;
        });
    }

    private String oldestFirst(String query) {
        List<String> ids = new ArrayList<>(tasks.keySet());
        Collections.reverse(ids);
        return page(query, ids).replaceAll("\"_id\":\"task(\\d+)\"", "$0,\"createdAt\":$1");
    }

    /** A look that is not committed yet would be left to itself by the next list. */
    private void untilSeen(String id, TrainingState state) {
        await().atMost(LONGEST)
                .until(() -> routes.beans().watchList().find(List.of(job(id).toString())).stream()
                        .anyMatch(job -> job.state() == state));
    }

    private void watch(Collection<String> ids) {
        routes.beans().watchList().add(jobs(ids), "test");
    }

    private static List<JobKey> jobs(Collection<String> ids) {
        return ids.stream().map(ListJobsRouteTest::job).toList();
    }

    private static JobKey job(String id) {
        return new JobKey("acme", "p1", id);
    }

    private String page(String query) {
        return page(query, List.copyOf(tasks.keySet()));
    }

    private String page(String query, List<String> ids) {
        int from = query.contains("next=") ? Integer.parseInt(query.replaceAll(".*next=", "")) : 0;
        int to = Math.min(from + 100, ids.size());
        List<String> items = ids.subList(from, to).stream()
                .map(id -> task(id, tasks.get(id)))
                .toList();
        String next = to < ids.size() ? ",\"next\":\"" + to + "\"" : "";
        return "{\"items\":[" + String.join(",", items) + "]" + next + "}";
    }

    private static String page(Map<String, String> tasks) {
        List<String> items = new ArrayList<>();
        tasks.forEach((id, status) -> items.add(task(id, status)));
        return "{\"items\":[" + String.join(",", items) + "],\"nextCursor\":null}";
    }

    private static String task(String id, String status) {
        String name = id.equals("snapshot") ? "createSnapshot" : "trainIntents";
        String finished = id.equals("ended") || status.equals("ended")
                ? "\"" + SettableClock.START.minusSeconds(60) + "\""
                : "\"" + SettableClock.START.plusSeconds(600) + "\"";
        return "{\"_id\":\"" + id + "\",\"name\":\"" + name + "\",\"status\":\"" + status.replace("ended", "done")
                + "\",\"currentStep\":1,\"totalStep\":4,\"lastFinishedAt\":" + finished + "}";
    }
}
