package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskFaultsTest {

    private static final TaskScript NIGHT = TaskScript.of("shop", "night", Ending.STALLS);
    private static final TaskScript DAY = TaskScript.of("shop", "day", Ending.STALLS);
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant = SimulatedTenant.start(TenantOptions.defaults()
            .clock(clock)
            .retryAfter(Duration.ofMillis(6_500))
            .trickleFor(Duration.ofMillis(200))
            .hangFor(Duration.ofMillis(300)));
    private final TaskCaller caller = new TaskCaller(tenant);

    @BeforeEach
    void addTasks() {
        tenant.tasks().add(NIGHT).add(DAY);
        clock.setTo(Duration.ofSeconds(8));
    }

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    @ParameterizedTest
    @CsvSource({
        "THROTTLE_SECONDS, 429, 429",
        "THROTTLE_DATE, 429, 429",
        "THROTTLE_BARE, 429, 429",
        "FORBIDDEN, 403, 403",
        "NOT_FOUND, 404, 1002",
        "REVOKE_TOKENS, 401, 401"
    })
    void reportsFaultsInItsOwnForm(Fault fault, int status, int code) throws IOException {
        tenant.faults().injectNext(fault, 1);

        HttpCaller.Reply reply = caller.read("shop", "night");

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().get("code").asInt()).isEqualTo(code);
        assertThat(reply.json().get("instance").asText()).endsWith(NIGHT.taskId());
        assertThat(caller.read("shop", "night").status()).isEqualTo(200);
    }

    @Test
    void saysHowLongToWait() throws IOException {
        tenant.faults().injectNext(Fault.THROTTLE_SECONDS, 1).injectNext(Fault.THROTTLE_DATE, 1);

        assertThat(caller.tasks().headers()).containsEntry("retry-after", "7");
        assertThat(caller.tasks().headers()).containsEntry("retry-after", "Sun, 01 Mar 2026 12:00:15 GMT");
    }

    @Test
    void answersWithEveryServerError() throws IOException {
        tenant.faults().inject(Fault.SERVER_ERROR, 1);

        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            HttpCaller.Reply reply = caller.tasks();
            seen.add(reply.status() + "=" + reply.json().get("code").asInt());
        }

        assertThat(seen).containsExactlyInAnyOrder("500=1008", "502=502", "503=503", "504=8001");
    }

    @Test
    void resetsTheConnectionInsteadOfActing() {
        tenant.faults().injectNext(Fault.RESET, 1);

        assertThatThrownBy(() -> caller.cancel("shop", "night")).isInstanceOf(SocketException.class);

        JobTruth.Cancel cancel = cancel();
        assertThat(cancel.answered()).isZero();
        assertThat(cancel.accepted()).isFalse();
    }

    @Test
    void actsAndThenLosesTheAnswer() {
        tenant.faults().injectNext(Fault.LOST_ANSWER, 1);

        assertThatThrownBy(() -> caller.cancel("shop", "night")).isInstanceOf(SocketException.class);

        JobTruth.Cancel cancel = cancel();
        assertThat(cancel.answered()).isZero();
        assertThat(cancel.accepted()).isTrue();
    }

    @Test
    void startsATrainingAndThenLosesTheAnswer() {
        tenant.faults().forRequests(RequestKind.TRAIN).injectNext(Fault.LOST_ANSWER, 1);
        String flow = ProjectScript.of("shop").flowId("Main");

        assertThatThrownBy(() -> caller.post("/flows/" + flow + "/intents/train", "{}"))
                .isInstanceOf(SocketException.class);

        assertThat(tenant.tasks().started()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"SLOW_BODY", "HANG"})
    void isSlow(Fault fault) throws IOException {
        tenant.faults().injectNext(fault, 1);

        long before = System.nanoTime();
        HttpCaller.Reply reply = caller.tasks();

        assertThat(reply.json().get("items")).hasSize(2);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(150));
    }

    @Test
    void redirectsToTheAddressGiven() throws IOException {
        tenant.faults().injectNext(Fault.REDIRECT, 1);

        HttpCaller.Reply reply = caller.tasks();

        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.headers()).containsEntry("location", "http://127.0.0.1:9/elsewhere");
    }

    @Test
    void strikesOneTaskOnlyWhenToldSo() throws IOException {
        tenant.faults().forJob(NIGHT.projectId(), NIGHT.taskId()).inject(Fault.FORBIDDEN, 1);

        assertThat(caller.read("shop", "night").status()).isEqualTo(403);
        assertThat(caller.read("shop", "day").status()).isEqualTo(200);
        assertThat(caller.tasks().status()).isEqualTo(200);
    }

    @Test
    void strikesListsOnlyWhenToldSo() throws IOException {
        tenant.faults().forRequests(RequestKind.TASK_LIST).inject(Fault.FORBIDDEN, 1);

        assertThat(caller.tasks().status()).isEqualTo(403);
        assertThat(caller.read("shop", "day").status()).isEqualTo(200);
    }

    @Test
    void letsTheTokenEndpointGoWrong() throws IOException {
        tenant.faults().forTokens().injectNext(Fault.THROTTLE_SECONDS, 1);

        HttpCaller.Reply reply = caller.requestToken("/auth/oauth2/token", "");

        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.headers()).containsEntry("retry-after", "7");
    }

    @ParameterizedTest
    @EnumSource(InvalidStatus.class)
    void saysOfARunningTaskThatItIsDoneInAWayThatNobodyMayBelieve(InvalidStatus variety) throws IOException {
        tenant.faults().injectNext(variety, 1);

        HttpCaller.Reply reply = caller.read("shop", "night");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(isBelievable(reply.body()))
                .as(reply.text().substring(0, Math.min(300, reply.body().length)))
                .isFalse();
        assertThat(tenant.tasks().truth("shop", "night").firstServedAt()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(InvalidStatus.class)
    void spoilsTheFirstTaskOfAListOrAllOfIt(InvalidStatus variety) throws IOException {
        tenant.faults().forRequests(RequestKind.TASK_LIST).injectNext(variety, 1);

        HttpCaller.Reply reply = caller.tasks();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).doesNotContain("RawValue");
        assertThat(isBelievable(reply.body())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(InvalidPage.class)
    void spoilsAList(InvalidPage variety) throws IOException {
        tenant.faults().injectNext(variety, 1);

        HttpCaller.Reply read = caller.read("shop", "night");
        JsonNode spoiled = caller.tasks().json();
        JsonNode right = caller.tasks().json();

        assertThat(read.json().get("_id").asText()).isEqualTo(NIGHT.taskId());
        assertThat(spoiled).isNotEqualTo(right);
        assertThat(right.get("items")).hasSize(2);
    }

    @Test
    void leadsWithoutEndWhoeverFollowsSuchAPage() throws IOException {
        tenant.faults().forRequests(RequestKind.TASK_LIST).inject(InvalidPage.NEXT_WITHOUT_END, 1);

        JsonNode page = caller.list("limit=1");
        JsonNode next = caller.list("limit=1&next=" + page.get("nextCursor").asText());

        assertThat(next).isEqualTo(page);
    }

    @Test
    void takesEveryInvalidVarietyInTurn() throws IOException {
        tenant.faults().inject(Fault.INVALID_STATUS, 1);

        Set<String> bodies = new HashSet<>();
        for (int i = 0; i < InvalidStatus.values().length; i++) {
            bodies.add(caller.read("shop", "night").text());
        }

        assertThat(bodies).hasSize(InvalidStatus.values().length);
        assertThat(caller.get("/projects").json().get("items")).hasSize(1);
    }

    /** Whether a strict reader could take this for what is told of running tasks, or for an end of one. */
    private static boolean isBelievable(byte[] body) throws IOException {
        try {
            if (body.length > 1_000_000) {
                return false;
            }
            JsonNode document = STRICT.readTree(body);
            JsonNode task = document.has("items") ? document.at("/items/0") : document;
            return task instanceof ObjectNode
                    && Set.of(NIGHT.taskId(), DAY.taskId())
                            .contains(task.path("_id").asText())
                    && Set.of("active", "done").contains(task.path("status").asText())
                    && task.path("currentStep").isInt()
                    && task.get("currentStep").asInt() >= 0
                    && task.get("currentStep").asInt() <= task.path("totalStep").asInt();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private JobTruth.Cancel cancel() {
        return tenant.tasks().truth("shop", "night").cancels().get(0);
    }
}
