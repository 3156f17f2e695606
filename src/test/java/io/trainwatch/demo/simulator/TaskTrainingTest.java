package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTrainingTest {

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant =
            SimulatedTenant.start(TenantOptions.defaults().clock(clock));
    private final TaskCaller caller = new TaskCaller(tenant);
    private final ProjectScript shop =
            ProjectScript.of("shop").flows("Orders", "Returns").locales("English", "German", "French");

    @BeforeEach
    void addProject() {
        tenant.tasks().addProject(shop);
    }

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    @Test
    void startsATrainingAndSpellsItAsCreated() throws IOException {
        HttpCaller.Reply reply =
                train("Orders", "{\"mode\":\"quick\",\"localeId\":\"" + shop.localeId("German") + "\"}");

        JsonNode created = reply.json();
        assertThat(reply.status()).isEqualTo(201);
        assertThat(created.get("type").asText()).isEqualTo("trainIntents");
        assertThat(created.at("/parameters/flowId").asText()).isEqualTo(shop.flowId("Orders"));
        assertThat(created.at("/parameters/localeId").asText()).isEqualTo(shop.localeId("German"));
        assertThat(created.at("/parameters/mode").asText()).isEqualTo("quick");
        assertThat(created.get("status").asText()).isEqualTo("queued");
        assertThat(created.has("lastChangedAt")).isTrue();
        assertThat(created.has("name")).isFalse();
        assertThat(created.has("data")).isFalse();
        JsonNode read = caller.get("/tasks/" + created.get("_id").asText()).json();
        assertThat(read.get("name").asText()).isEqualTo("trainIntents");
        assertThat(read.at("/data/flowId").asText()).isEqualTo(shop.flowId("Orders"));
        assertThat(caller.list("projectId=" + shop.projectId()).get("total").asInt())
                .isOne();
    }

    @Test
    void needsNoBody() throws IOException {
        assertThat(train("Orders", "").status()).isEqualTo(201);
        assertThat(tenant.tasks().started().get(0).data()).containsEntry("localeId", shop.localeId("English"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"mode\":\"slow\"} | 400", "{\"localeId\":\"x\"} | 404", "[] | 400", "{ | 400"})
    void refusesWhatItDoesNotKnow(String body, int status) throws IOException {
        assertThat(train("Orders", body).status()).isEqualTo(status);
        assertThat(tenant.tasks().started()).isEmpty();
    }

    @Test
    void refusesToTrainAFlowThatIsNotThere() throws IOException {
        assertThat(train("Nowhere", "{}").status()).isEqualTo(404);
    }

    @Test
    void trainsAllFlowsOneAfterAnother() throws IOException {
        JsonNode created = caller.post("/projects/" + shop.projectId() + "/trainallflows", "")
                .json();

        assertThat(created.get("type").asText()).isEqualTo("trainAllProjectFlows");
        assertThat(created.get("totalStep").asInt()).isEqualTo(20);
        clock.setTo(Duration.ofSeconds(19));
        assertThat(status(created)).isEqualTo("active");
        clock.setTo(Duration.ofSeconds(21));
        assertThat(status(created)).isEqualTo("done");
    }

    @Test
    void trainsYesAndNoOfOneLocaleOrAll() throws IOException {
        JsonNode one = caller.post("/locales/" + shop.localeId("French") + "/yesnointents/train", "")
                .json();
        JsonNode all = caller.post("/projects/" + shop.projectId() + "/locales/yesnointents/train", "")
                .json();

        assertThat(one.get("tasks")).hasSize(1);
        assertThat(one.at("/tasks/0/type").asText()).isEqualTo("trainYesNoIntents");
        assertThat(one.at("/tasks/0/parameters/localeId").asText()).isEqualTo(shop.localeId("French"));
        assertThat(all.get("tasks")).hasSize(3);
        assertThat(caller.list("").get("total").asInt()).isEqualTo(4);
    }

    @Test
    void letsATestSayHowTrainingsEnd() throws IOException {
        tenant.tasks()
                .trainings(training -> training.ending(Ending.FAILS)
                        .queued(Duration.ZERO)
                        .running(Duration.ofSeconds(2))
                        .failReason("no"));
        JsonNode created = train("Orders", "{}").json();
        clock.setTo(Duration.ofSeconds(2));

        JsonNode read = caller.get("/tasks/" + created.get("_id").asText()).json();

        assertThat(read.get("status").asText()).isEqualTo("error");
        assertThat(read.get("failReason").asText()).isEqualTo("no");
        TaskScript started = tenant.tasks().started().get(0);
        assertThat(tenant.tasks().truth("shop", started.task()).state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void tellsHowWellAFlowWasTrained() throws IOException {
        JsonNode before = flow("Orders");
        train("Orders", "{}");
        JsonNode during = flow("Orders");
        clock.setTo(Duration.ofMinutes(1));
        JsonNode after = flow("Orders");

        for (JsonNode untrained : List.of(before, during, flow("Returns"))) {
            assertThat(untrained.get("isTrainingOutOfDate").asBoolean()).isTrue();
            assertThat(untrained.get("lastTrainedAt").isNull()).isTrue();
            assertThat(untrained.get("feedbackReport").isNull()).isTrue();
        }
        assertThat(after.get("isTrainingOutOfDate").asBoolean()).isFalse();
        assertThat(after.get("lastTrainedAt").asLong())
                .isEqualTo(SettableClock.START.plusSeconds(10).getEpochSecond());
        assertThat(after.at("/feedbackReport/info/accuracy").asDouble()).isBetween(0.6, 1.0);
        assertThat(after.at("/feedbackReport/info/fScore").asDouble()).isBetween(0.6, 1.0);
        assertThat(after.at("/feedbackReport/findings")).isNotEmpty();
    }

    @Test
    void tellsHowWellALocaleWasTrained() throws IOException {
        caller.post("/locales/" + shop.localeId("French") + "/yesnointents/train", "");
        clock.setTo(Duration.ofMinutes(1));

        JsonNode locales =
                caller.get("/locales?projectId=" + shop.projectId()).json().get("items");

        assertThat(locales).hasSize(3);
        assertThat(locales.at("/0/isTrainingOutOfDate").asBoolean()).isTrue();
        assertThat(locales.at("/0/primary").asBoolean()).isTrue();
        assertThat(locales.at("/2/isTrainingOutOfDate").asBoolean()).isFalse();
        assertThat(locales.at("/2/feedbackReport/info/fScore").isNumber()).isTrue();
    }

    @Test
    void pagesLocalesAndFlows() throws IOException {
        JsonNode locales = caller.get("/locales?skip=1&limit=1&projectId=" + shop.projectId())
                .json();
        JsonNode flows = caller.get("/flows?projectId=" + shop.projectId()).json();

        assertThat(locales.get("items")).hasSize(1);
        assertThat(locales.at("/items/0/name").asText()).isEqualTo("German");
        assertThat(locales.get("total").asInt()).isEqualTo(3);
        assertThat(flows.get("items")).hasSize(2);
        assertThat(flows.at("/items/0").has("feedbackReport")).isFalse();
        assertThat(flows.at("/items/0").has("isTrainingOutOfDate")).isTrue();
    }

    private HttpCaller.Reply train(String flow, String body) throws IOException {
        return caller.post("/flows/" + shop.flowId(flow) + "/intents/train", body);
    }

    private JsonNode flow(String name) throws IOException {
        return caller.get("/flows/" + shop.flowId(name)).json();
    }

    private String status(JsonNode task) throws IOException {
        return caller.get("/tasks/" + task.get("_id").asText())
                .json()
                .get("status")
                .asText();
    }
}
