package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TasksApiTest {

    private static final String NOWHERE = "0123456789abcdef01234567";

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant =
            SimulatedTenant.start(TenantOptions.defaults().clock(clock));
    private final TaskCaller caller = new TaskCaller(tenant);

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/new/v2.0/tasks", "/v2.0/tasks", "//new/v2.0/tasks", "//v2.0//tasks", "/new//v2.0/tasks"})
    void servesBothPrefixesHoweverManySlashesThereAre(String path) throws IOException {
        assertThat(callWithKey(path, "application/json").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/new/tasks", "/new/v2.1/tasks", "/v2.0", "/new", "/new/v2.0/nonsense"})
    void knowsNoOtherPath(String path) throws IOException {
        assertThat(callWithKey(path, "application/json").status()).isEqualTo(404);
    }

    @Test
    void givesATokenAtTheRootOnly() throws IOException {
        HttpCaller.Reply token = caller.requestToken("/auth/oauth2/token", "whatever%20we%20like");

        assertThat(token.status()).isEqualTo(200);
        assertThat(token.json().get("token_type").asText()).isEqualTo("Bearer");
        assertThat(token.json().has("refresh_token")).isFalse();
        assertThat(caller.requestToken("/auth/oauth2/token", "").status()).isEqualTo(200);
        assertThat(caller.requestToken("//auth/oauth2/token", "").status()).isEqualTo(200);
        assertThat(caller.requestToken("/new/auth/oauth2/token", "").status()).isEqualTo(404);
    }

    @Test
    void takesItsOwnTokensUntilTheyExpireOrAreRevoked() throws IOException {
        String token = token();

        assertThat(callWithToken(token).status()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(5));
        assertThat(callWithToken(token).status()).isEqualTo(401);
        String fresh = token();
        tenant.revokeTokens();
        assertThat(callWithToken(fresh).status()).isEqualTo(401);
    }

    @Test
    void takesNoTokenOfTheTrainingApi() throws IOException {
        try (TenantCaller other = new TenantCaller(tenant)) {
            String token = other.signIn().json().get("access_token").asText();

            assertThat(callWithToken(token).status()).isEqualTo(401);
        }
    }

    @Test
    void takesTheApiKeyUntilItIsRevoked() throws IOException {
        assertThat(caller.get("/tasks").status()).isEqualTo(200);
        assertThat(caller.http()
                        .get(caller.uri("/v2.0/tasks"), "X-API-Key", "wrong")
                        .status())
                .isEqualTo(401);
        assertThat(caller.http().get(caller.uri("/v2.0/tasks")).status()).isEqualTo(401);
        tenant.revokeApiKey();
        assertThat(caller.get("/tasks").status()).isEqualTo(401);
    }

    @Test
    void speaksJsonToThoseWhoAskForItAndHalToOthers() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.COMPLETES));
        String one = "/v2.0/tasks/" + TaskScript.taskId("shop", "night");

        HttpCaller.Reply json = callWithKey("/v2.0/tasks", "application/json");
        HttpCaller.Reply hal = callWithKey("/v2.0/tasks", "*/*");

        assertThat(json.headers()).containsEntry("content-type", "application/json");
        assertThat(json.json().get("items")).hasSize(1);
        assertThat(hal.headers()).containsEntry("content-type", "application/hal+json");
        assertThat(hal.json().at("/_embedded/tasks")).hasSize(1);
        assertThat(hal.json().has("items")).isFalse();
        assertThat(callWithKey(one, "application/json").json().has("_links")).isFalse();
        assertThat(callWithKey(one, "application/hal+json")
                        .json()
                        .at("/_links/self/href")
                        .asText())
                .isEqualTo(one);
    }

    @Test
    void tellsOfATaskAsItIsRead() throws IOException {
        tenant.tasks()
                .add(TaskScript.of("shop", "night", Ending.COMPLETES)
                        .queued(Duration.ofSeconds(2))
                        .running(Duration.ofSeconds(20)));

        JsonNode queued = caller.read("shop", "night").json();
        clock.setTo(Duration.ofSeconds(9));
        JsonNode active = caller.read("shop", "night").json();
        clock.setTo(Duration.ofSeconds(60));
        JsonNode done = caller.read("shop", "night").json();

        assertThat(queued.get("_id").asText()).matches("[0-9a-f]{24}");
        assertThat(queued.get("name").asText()).isEqualTo("trainIntents");
        assertThat(queued.at("/data/flowId").asText()).matches("[0-9a-f]{24}");
        assertThat(queued.get("status").asText()).isEqualTo("queued");
        assertThat(queued.get("currentStep").asInt()).isZero();
        assertThat(queued.get("totalStep").asInt()).isEqualTo(10);
        assertThat(queued.get("createdAt").asLong()).isEqualTo(SettableClock.START.getEpochSecond());
        assertThat(queued.get("lastRunAt").isNull()).isTrue();
        assertThat(active.get("status").asText()).isEqualTo("active");
        assertThat(active.get("currentStep").asInt()).isEqualTo(3);
        assertThat(active.get("lastRunAt").asText()).isEqualTo("2026-03-01T12:00:02Z");
        assertThat(active.get("lastChanged").asLong())
                .isEqualTo(SettableClock.START.plusSeconds(8).getEpochSecond());
        assertThat(active.get("lastFinishedAt").isNull()).isTrue();
        assertThat(done.get("status").asText()).isEqualTo("done");
        assertThat(done.get("currentStep").asInt()).isEqualTo(10);
        assertThat(done.get("lastFinishedAt").asText()).isEqualTo("2026-03-01T12:00:22Z");
        assertThat(done.get("failReason").isNull()).isTrue();
    }

    @Test
    void saysWhyATaskFailed() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.FAILS).failReason("no sentences"));
        clock.setTo(Duration.ofMinutes(1));

        JsonNode task = caller.read("shop", "night").json();

        assertThat(task.get("status").asText()).isEqualTo("error");
        assertThat(task.get("failReason").asText()).isEqualTo("no sentences");
        assertThat(task.get("currentStep").asInt()).isEqualTo(6);
    }

    @Test
    void doesNotSayHowFarATaskWithoutStepsIs() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.COMPLETES).steps(0));
        clock.setTo(Duration.ofSeconds(15));

        JsonNode task = caller.read("shop", "night").json();

        assertThat(task.get("status").asText()).isEqualTo("active");
        assertThat(task.get("currentStep").asInt()).isZero();
        assertThat(task.get("totalStep").asInt()).isZero();
    }

    @Test
    void doesNotKnowATaskBeforeItIsCreated() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.COMPLETES).createdAfter(Duration.ofSeconds(10)));

        assertThat(caller.read("shop", "night").status()).isEqualTo(404);
        assertThat(caller.list("").get("items")).isEmpty();
        clock.setTo(Duration.ofSeconds(10));
        assertThat(caller.read("shop", "night").status()).isEqualTo(200);
        assertThat(caller.list("").get("items")).hasSize(1);
    }

    @Test
    void knowsTasksThatAreOlderThanItself() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.COMPLETES).createdAfter(Duration.ofHours(-2)));

        assertThat(caller.status("shop", "night")).isEqualTo("done");
    }

    @Test
    void forgetsATaskAWeekAfterItsEnd() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.COMPLETES).running(Duration.ofSeconds(30)));

        clock.setTo(Duration.ofDays(7).plusSeconds(29));
        assertThat(caller.status("shop", "night")).isEqualTo("done");
        clock.setTo(Duration.ofDays(7).plusSeconds(30));
        assertThat(caller.read("shop", "night").status()).isEqualTo(404);
        assertThat(caller.list("").get("total").asInt()).isZero();
    }

    @Test
    void forgetsATaskAtOnceWhenTold() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.STALLS)).forget("shop", "night");

        assertThat(caller.read("shop", "night").status()).isEqualTo(404);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tenant.tasks().truth("shop", "night"))
                .withMessageContaining("shop/night");
    }

    @Test
    void refusesAProjectThatTheClientIsNoMemberOf() throws IOException {
        TaskScript secret = TaskScript.of("secret", "night", Ending.STALLS);
        tenant.tasks()
                .add(secret)
                .add(TaskScript.of("shop", "night", Ending.STALLS))
                .withdraw("secret");
        String flow = ProjectScript.of("secret").flowId("Main");

        assertThat(caller.read("secret", "night").status()).isEqualTo(403);
        assertThat(caller.cancel("secret", "night").status()).isEqualTo(403);
        assertThat(caller.get("/tasks?projectId=" + secret.projectId()).status())
                .isEqualTo(403);
        assertThat(caller.get("/projects/" + secret.projectId()).status()).isEqualTo(403);
        assertThat(caller.post("/flows/" + flow + "/intents/train", "{}").status())
                .isEqualTo(403);
        assertThat(caller.list("").get("items")).hasSize(1);
        assertThat(caller.get("/projects").json().get("items")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/tasks/0123456789abcdef01234567, 404, 1002",
        "/projects/0123456789abcdef01234567, 404, 1002",
        "/flows/0123456789abcdef01234567, 404, 1002",
        "/tasks?projectId=0123456789abcdef01234567, 404, 1002",
        "/locales, 400, 1000",
        "/tasks?limit=0, 400, 1005",
        "/tasks?limit=101, 400, 1005",
        "/tasks?skip=-1, 400, 1005",
        "/tasks?sort=colour:asc, 400, 1005",
        "/tasks?next=nonsense, 400, 1005",
        "/tasks?filter=%25zz, 200, 0"
    })
    void reportsAnErrorInItsOwnForm(String path, int status, int code) throws IOException {
        HttpCaller.Reply reply = caller.get(path);

        assertThat(reply.status()).isEqualTo(status);
        if (status != 200) {
            assertThat(reply.json().get("status").asInt()).isEqualTo(status);
            assertThat(reply.json().get("code").isInt()).isTrue();
            assertThat(reply.json().get("code").asInt()).isEqualTo(code);
            assertThat(reply.json().get("title").asText()).isNotBlank();
            assertThat(reply.json().get("detail").asText()).isNotBlank();
            assertThat(reply.json().get("instance").asText()).startsWith("/new/v2.0/");
            assertThat(reply.json().get("traceId").asText()).isNotBlank();
            assertThat(reply.json().get("details").isObject()).isTrue();
            assertThat(reply.json().get("type").asText()).isEqualTo("about:blank");
        }
    }

    @Test
    void tellsTheSameIdsForTheSameNames() {
        TaskScript one = TaskScript.of("shop", "night", Ending.COMPLETES);

        assertThat(one.taskId())
                .isEqualTo(TaskScript.of("shop", "night", Ending.FAILS).taskId())
                .isNotEqualTo(TaskScript.of("other", "night", Ending.COMPLETES).taskId())
                .matches("[0-9a-f]{24}");
        assertThat(TaskScript.of(one.projectId(), "night", Ending.COMPLETES).taskId())
                .isEqualTo(one.taskId());
        assertThat(TaskScript.of("shop", NOWHERE, Ending.COMPLETES).taskId()).isEqualTo(NOWHERE);
    }

    @Test
    void hasNoTwoTasksOfTheSameId() {
        TaskScript task = TaskScript.of("shop", "night", Ending.COMPLETES);
        tenant.tasks().add(task);

        assertThatIllegalArgumentException().isThrownBy(() -> tenant.tasks().add(task));
    }

    @Test
    void countsWhatItIsAskedByKind() throws IOException {
        tenant.tasks().add(TaskScript.of("shop", "night", Ending.STALLS));
        caller.requestToken("/auth/oauth2/token", "");
        caller.list("");
        caller.list("limit=1");
        caller.read("shop", "night");
        caller.cancel("shop", "night");
        caller.get("/projects");
        caller.get("/flows/" + ProjectScript.of("shop").flowId("Main"));
        caller.post("/projects/" + ObjectIds.of("shop") + "/trainallflows", "");
        caller.get("/nonsense");

        assertThat(List.of(RequestKind.values()))
                .extracting(kind -> tenant.requests().count(kind))
                .containsExactly(countsInOrder());
    }

    private static Long[] countsInOrder() {
        return Arrays.stream(RequestKind.values())
                .map(kind -> switch (kind) {
                    case TASK_LIST -> 2L;
                    case STATUS, CANCEL -> 0L;
                    case TOKEN, PROJECT, TASK, TASK_CANCEL, TRAIN, RESOURCE, OTHER -> 1L;
                })
                .toArray(Long[]::new);
    }

    private String token() throws IOException {
        return caller.requestToken("/auth/oauth2/token", "")
                .json()
                .get("access_token")
                .asText();
    }

    private HttpCaller.Reply callWithToken(String token) throws IOException {
        return caller.http().get(caller.uri("/v2.0/tasks"), "Authorization", "Bearer " + token);
    }

    private HttpCaller.Reply callWithKey(String path, String accept) throws IOException {
        return caller.http().get(caller.uri(path), "X-API-Key", tenant.options().apiKey(), "Accept", accept);
    }
}
