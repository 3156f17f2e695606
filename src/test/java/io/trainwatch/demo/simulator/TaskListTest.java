package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskListTest {

    private final SettableClock clock = new SettableClock();
    private SimulatedTenant tenant;
    private TaskCaller caller;

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    private void start() {
        tenant = SimulatedTenant.start(TenantOptions.defaults().clock(clock));
        caller = new TaskCaller(tenant);
    }

    /** Tasks of which each is created a minute after the one before, the last of them now. */
    private void addTasks(String project, int count) {
        for (int i = 0; i < count; i++) {
            tenant.tasks()
                    .add(TaskScript.of(project, "task-" + i, Ending.STALLS)
                            .createdAfter(Duration.ofMinutes(i - count + 1L)));
        }
    }

    @Test
    void listsTwentyFiveUnlessAskedForMore() throws IOException {
        start();
        addTasks("shop", 120);

        assertThat(caller.list("").get("items")).hasSize(25);
        assertThat(caller.list("").get("total").asInt()).isEqualTo(120);
        assertThat(caller.list("limit=100").get("items")).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"createdAt:asc", "createdAt:desc", "status:asc,createdAt:desc", "name:desc", "_id:asc"})
    void givesEveryTaskOnceOverAllPages(String sort) throws IOException {
        start();
        addTasks("shop", 23);

        List<String> seen = idsOverPages("limit=5&sort=" + sort);

        assertThat(seen).hasSize(23).doesNotHaveDuplicates();
    }

    @Test
    void sortsAsItIsAskedTo() throws IOException {
        start();
        addTasks("shop", 9);

        List<String> oldestFirst = idsOverPages("limit=4&sort=createdAt:asc");
        List<String> newestFirst = idsOverPages("limit=4&sort=createdAt:desc");

        assertThat(oldestFirst.get(0)).isEqualTo(TaskScript.taskId("shop", "task-0"));
        assertThat(newestFirst.get(0)).isEqualTo(TaskScript.taskId("shop", "task-8"));
        assertThat(newestFirst).containsExactlyInAnyOrderElementsOf(oldestFirst);
    }

    @Test
    void losesNothingWhenTasksAppearBetweenTwoPages() throws IOException {
        start();
        addTasks("shop", 6);
        JsonNode first = caller.list("limit=3&sort=createdAt:desc");
        clock.advance(Duration.ofSeconds(1));
        tenant.tasks().add(TaskScript.of("shop", "new", Ending.STALLS));

        JsonNode second = caller.list(
                "limit=3&sort=createdAt:desc&next=" + first.get("nextCursor").asText());

        assertThat(ids(second))
                .containsExactly(
                        TaskScript.taskId("shop", "task-2"),
                        TaskScript.taskId("shop", "task-1"),
                        TaskScript.taskId("shop", "task-0"));
        assertThat(second.get("nextCursor").isNull()).isTrue();
    }

    @Test
    void goesBackToThePageBefore() throws IOException {
        start();
        addTasks("shop", 6);
        JsonNode first = caller.list("limit=2");
        JsonNode second = caller.list("limit=2&next=" + first.get("nextCursor").asText());

        JsonNode back =
                caller.list("limit=2&previous=" + second.get("previousCursor").asText());

        assertThat(ids(back)).isEqualTo(ids(first));
        assertThat(first.get("previousCursor").isNull()).isTrue();
    }

    @Test
    void skips() throws IOException {
        start();
        addTasks("shop", 6);

        assertThat(ids(caller.list("skip=4")))
                .containsExactly(TaskScript.taskId("shop", "task-4"), TaskScript.taskId("shop", "task-5"));
        assertThat(caller.list("skip=99").get("items")).isEmpty();
    }

    @Test
    void listsOneProjectOrAll() throws IOException {
        start();
        addTasks("shop", 3);
        addTasks("desk", 2);

        assertThat(caller.list("projectId=" + ObjectIds.of("desk")).get("total").asInt())
                .isEqualTo(2);
        assertThat(caller.list("").get("total").asInt()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter=snapshot", "name=createSnapshot", "status=queued", "status[]=queued&status[]=done"})
    void ignoresFilters(String filter) throws IOException {
        TaskScript training = TaskScript.of("shop", "training", Ending.STALLS);
        TaskScript snapshot =
                TaskScript.of("shop", "snapshot", Ending.NEVER_STARTS).named("createSnapshot");
        start();
        tenant.tasks().add(training).add(snapshot);

        assertThat(caller.list(filter).get("total").asInt()).isEqualTo(2);
    }

    @Test
    void canBeStale() throws IOException {
        start();
        tenant.tasks()
                .add(TaskScript.of("shop", "night", Ending.COMPLETES).running(Duration.ofSeconds(10)))
                .listsLagBy(Duration.ofSeconds(5));

        assertThat(caller.list("").get("items")).isEmpty();
        clock.setTo(Duration.ofSeconds(12));
        assertThat(caller.list("").at("/items/0/status").asText()).isEqualTo("active");
        assertThat(caller.status("shop", "night")).isEqualTo("done");
        clock.setTo(Duration.ofSeconds(15));
        assertThat(caller.list("").at("/items/0/status").asText()).isEqualTo("done");
    }

    private List<String> idsOverPages(String query) throws IOException {
        List<String> seen = new ArrayList<>();
        JsonNode page = caller.list(query);
        seen.addAll(ids(page));
        while (!page.get("nextCursor").isNull()) {
            page = caller.list(query + "&next=" + page.get("nextCursor").asText());
            seen.addAll(ids(page));
        }
        return seen;
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.get("items").forEach(item -> ids.add(item.get("_id").asText()));
        return ids;
    }
}
