package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cognigy's own client takes the simulator for the real thing. Skipped where npm or its packages cannot be had. */
class OfficialClientIT {

    private final SimulatedTenant tenant = SimulatedTenant.start(TenantOptions.defaults());
    private final ProjectScript shop = ProjectScript.of("shop").flows("Orders", "Returns");
    private OfficialClient client;

    @BeforeEach
    void addTasks() throws Exception {
        client = OfficialClient.withApiKey(
                tenant.tasksBaseUrl(), tenant.options().apiKey());
        tenant.tasks().addProject(shop);
        for (int i = 0; i < 7; i++) {
            tenant.tasks()
                    .add(TaskScript.of("shop", "task-" + i, Ending.STALLS).createdAfter(Duration.ofMinutes(-10L - i)));
        }
    }

    @AfterEach
    void stop() {
        tenant.close();
    }

    @Test
    void getsATokenAndUsesIt() throws Exception {
        OfficialClient oauth = OfficialClient.withOAuth(
                tenant.tasksBaseUrl(),
                tenant.options().clientId(),
                tenant.options().clientSecret());

        List<JsonNode> lines = oauth.run("token", "--", "list", "{}");

        assertThat(lines.get(0).at("/answer/access_token").asText()).startsWith("sim-");
        assertThat(lines.get(1).at("/answer/total").asInt()).isEqualTo(7);
    }

    @Test
    void listsPageByPage() throws Exception {
        String query = "{\"projectId\":\"" + shop.projectId() + "\",\"limit\":3,\"sort\":{\"createdAt\":\"desc\"}";

        List<JsonNode> lines = client.run(
                "list",
                query + "}",
                "--",
                "list",
                query + ",\"next\":\"{{nextCursor}}\"}",
                "--",
                "list",
                query + ",\"next\":\"{{nextCursor}}\"}");

        List<String> seen = new ArrayList<>();
        for (JsonNode line : lines) {
            assertThat(line.at("/answer/total").asInt()).isEqualTo(7);
            line.at("/answer/items").forEach(item -> seen.add(item.get("_id").asText()));
        }
        assertThat(lines.get(2).at("/answer/nextCursor").isNull()).isTrue();
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, 7)
                        .mapToObj(i -> TaskScript.taskId("shop", "task-" + i))
                        .toList());
    }

    @Test
    void readsATask() throws Exception {
        String id = TaskScript.taskId("shop", "task-3");

        JsonNode task = client.answer("read", id);

        assertThat(task.get("_id").asText()).isEqualTo(id);
        assertThat(task.get("name").asText()).isEqualTo("trainIntents");
        assertThat(task.get("status").asText()).isEqualTo("active");
        assertThat(tenant.tasks().truth("shop", "task-3").reads()).isOne();
    }

    @Test
    void cancelsATask() throws Exception {
        client.answer("cancel", TaskScript.taskId("shop", "task-3"));

        await().until(() -> tenant.tasks().truth("shop", "task-3").state() == JobState.CANCELLED);
        assertThat(tenant.tasks().truth("shop", "task-3").cancels())
                .singleElement()
                .satisfies(cancel -> assertThat(cancel.answered()).isEqualTo(204));
    }

    @Test
    void startsEveryKindOfTraining() throws Exception {
        List<JsonNode> lines = client.run(
                "train",
                shop.flowId("Returns"),
                "quick",
                shop.localeId("German"),
                "--",
                "trainAll",
                shop.projectId(),
                "--",
                "trainYesNo",
                shop.localeId("German"),
                "--",
                "trainYesNoOfProject",
                shop.projectId());

        assertThat(lines.get(0).at("/answer/type").asText()).isEqualTo("trainIntents");
        assertThat(lines.get(0).at("/answer/parameters/mode").asText()).isEqualTo("quick");
        assertThat(lines.get(1).at("/answer/type").asText()).isEqualTo("trainAllProjectFlows");
        assertThat(lines.get(2).at("/answer/tasks")).hasSize(1);
        assertThat(lines.get(3).at("/answer/tasks")).hasSize(2);
        assertThat(tenant.tasks().started())
                .extracting(TaskScript::taskId)
                .contains(lines.get(0).at("/answer/_id").asText());
        assertThat(tenant.tasks().started()).hasSize(5);
    }

    @Test
    void followsATrainingThatItStartedToItsEnd() throws Exception {
        tenant.tasks().trainings(training -> training.queued(Duration.ZERO).running(Duration.ofMillis(200)));

        String id =
                client.answer("train", shop.flowId("Orders"), "full").get("_id").asText();
        await().until(() -> tenant.tasks().truth("shop", id).state() == JobState.COMPLETED);
        List<JsonNode> lines = client.run("read", id, "--", "flow", shop.flowId("Orders"));

        assertThat(lines.get(0).at("/answer/status").asText()).isEqualTo("done");
        assertThat(lines.get(1).at("/answer/isTrainingOutOfDate").asBoolean()).isFalse();
        assertThat(lines.get(1).at("/answer/feedbackReport/info/fScore").asDouble())
                .isBetween(0.6, 1.0);
    }

    @Test
    void startsATrainingThatTrainwatchFollowsToItsEnd(@TempDir Path folder) throws Exception {
        tenant.tasks()
                .trainings(training -> training.queued(Duration.ofMillis(500))
                        .running(Duration.ofSeconds(3))
                        .ending(Ending.FAILS)
                        .failReason("too few example sentences"));

        String id =
                client.answer("train", shop.flowId("Orders"), "full").get("_id").asText();
        Path output = folder.resolve("output.txt");
        Process watch = new ProcessBuilder(
                        "target/trainwatch/bin/trainwatch",
                        "watch",
                        "acme:" + shop.projectId() + "/" + id,
                        "-c",
                        watchConfiguration(folder).toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(watch.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            watch.destroyForcibly();
        }

        String told = Files.readString(output);
        assertThat(watch.exitValue()).as(told).isEqualTo(10);
        assertThat(told).contains(id + "  FAILED");
        assertThat(tenant.tasks().truth("shop", id).state()).isEqualTo(JobState.FAILED);
        assertThat(tenant.tasks().truth("shop", id).cancels()).isEmpty();
    }

    private Path watchConfiguration(Path folder) throws IOException {
        return Files.write(
                folder.resolve("watch.properties"),
                List.of(
                        "trainwatch.tenant.acme.base-url = " + tenant.tasksBaseUrl(),
                        "trainwatch.tenant.acme.api = tasks",
                        "trainwatch.tenant.acme.api-key = " + tenant.options().apiKey(),
                        "trainwatch.poll.interval = 1s",
                        "trainwatch.store.url = jdbc:sqlite:" + folder.resolve("trainwatch.db"),
                        "trainwatch.audit.directory = " + folder.resolve("audit")));
    }

    @Test
    void readsProjectsFlowsAndLocales() throws Exception {
        List<JsonNode> lines = client.run(
                "projects",
                "--",
                "project",
                shop.projectId(),
                "--",
                "flows",
                shop.projectId(),
                "--",
                "locales",
                "{\"projectId\":\"" + shop.projectId() + "\",\"skip\":1}");

        assertThat(lines.get(0).at("/answer/items")).hasSize(1);
        assertThat(lines.get(1).at("/answer/name").asText()).isEqualTo("shop");
        assertThat(lines.get(2).at("/answer/items/1/name").asText()).isEqualTo("Returns");
        assertThat(lines.get(3).at("/answer/items")).hasSize(1);
        assertThat(lines.get(3).at("/answer/items/0/name").asText()).isEqualTo("German");
    }

    @Test
    void knowsTheErrorsForWhatTheyAre() throws Exception {
        tenant.tasks().add(TaskScript.of("secret", "training", Ending.STALLS)).withdraw("secret");

        List<JsonNode> lines =
                client.run("read", TaskScript.taskId("secret", "training"), "--", "read", "0123456789abcdef01234567");
        tenant.revokeApiKey();
        JsonNode afterwards = client.run("list", "{}").get(0);

        assertThat(lines.get(0).at("/error/class").asText()).isEqualTo("ForbiddenError");
        assertThat(lines.get(1).at("/error/class").asText()).isEqualTo("ResourceNotFoundError");
        assertThat(afterwards.at("/error/class").asText()).isEqualTo("UnauthorizedError");
    }

    @Test
    void isNotLetInWithAWrongSecret() throws Exception {
        OfficialClient stranger =
                OfficialClient.withOAuth(tenant.tasksBaseUrl(), tenant.options().clientId(), "wrong");

        assertThat(stranger.run("token").get(0).at("/error/class").asText()).isEqualTo("UnauthorizedError");
    }
}
