package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.api.HttpServer;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.routes.ApiDocument.Operation;
import io.trainwatch.watch.Phase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API does what its OpenAPI document says, for those who may have it done. */
class ApiContractTest {

    private static final String TOKEN = "a token that may do all";
    private static final String READ_TOKEN = "a token that only reads";
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final JobKey JOB = new JobKey("acme", "p1", "job-1");
    private static final JobKey ENDED = new JobKey("acme", "p1", "ended");
    private static final String REASON = "{\"reason\": \"because of a test\"}";

    @TempDir
    private Path folder;

    private final ApiDocument document = read();
    private final HttpClient client = HttpClient.newHttpClient();
    private final SettableClock clock = new SettableClock();
    private RoutesUnderTest routes;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        routes = RoutesUnderTest.start(folder, clock, Map.of());
        routes.tenant = job -> status(job, job.job().startsWith("ended") ? "COMPLETED" : "RUNNING");
        server = HttpServer.start(new HttpServer.Options(
                "127.0.0.1",
                0,
                Optional.of(TOKEN),
                Optional.of(READ_TOKEN),
                routes.beans().observed()));
        routes.beans().watchList().add(List.of(JOB, ENDED), "test");
        await().atMost(LONGEST).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return routes.job(ENDED).phase() == Phase.ENDED
                    && routes.job(JOB).state() != null
                    && !routes.posted.isEmpty();
        });
    }

    @AfterEach
    void stop() {
        server.close();
        routes.close();
    }

    @Test
    void everyAnswerToAReaderIsAsTheDocumentSays() throws Exception {
        for (Operation operation : document.operations()) {
            if (!operation.isAct()) {
                HttpResponse<String> answer = call(operation, READ_TOKEN, "");
                assertThat(answer.statusCode())
                        .as("%s: %s", operation, answer.body())
                        .isEqualTo(200);
                assertFits(operation, answer);
            }
        }
        assertFits(get("/api/jobs"), call("GET", "/api/jobs?samples=10&sort=trouble", READ_TOKEN, ""));
        assertFits(get("/api/jobs/{tenant}/{project}/{job}"), call("GET", "/api/jobs/acme/p1/ended", READ_TOKEN, ""));
        assertFits(get("/api/events"), call("GET", "/api/events?job=acme:p1/ended", READ_TOKEN, ""));
        assertThat(json("/api/events?job=acme:p1/ended&status=delivered&target=ops")
                        .get(0)
                        .get("type")
                        .asText())
                .isEqualTo("job.completed");
        assertThat(json("/api/jobs?stage=RUNNING&samples=10").get(0).get("recent"))
                .isNotEmpty();
    }

    @Test
    void withoutATokenEveryPathButTheProbesAnswers401() throws Exception {
        for (Operation operation : document.operations()) {
            int status = call(operation, null, operation.isAct() ? REASON : "").statusCode();
            assertThat(status).as("%s", operation).isEqualTo(operation.isOpen() ? 200 : 401);
        }
        assertThat(document.operations().stream().filter(Operation::isOpen).map(Operation::path))
                .allMatch(path -> path.startsWith("/observe/health"))
                .hasSize(3);
        assertThat(call("GET", "/api/nothing", null, "").statusCode()).isEqualTo(401);
        assertThat(call("GET", "/observe/nothing", null, "").statusCode()).isEqualTo(401);
        assertThat(call("POST", "/observe/health", null, "").statusCode()).isEqualTo(401);
        assertThat(call("POST", "/", null, "").statusCode()).isEqualTo(401);
        assertThat(call("GET", "/observe/health", "wrong", "").statusCode()).isEqualTo(401);
    }

    @Test
    void withTheTokenThatOnlyReadsEveryActAnswers403() throws Exception {
        List<Operation> acts =
                document.operations().stream().filter(Operation::isAct).toList();
        assertThat(acts).hasSizeGreaterThan(7);
        for (Operation act : acts) {
            assertThat(call(act, READ_TOKEN, REASON).statusCode()).as("%s", act).isEqualTo(403);
        }
        assertThat(routes.job(JOB).phase()).isEqualTo(Phase.WATCHING);
        assertThat(json("/api/caller").get("may_act").asBoolean()).isFalse();
    }

    @Test
    void everyActWantsAReason() throws Exception {
        for (Operation act : document.operations()) {
            if (act.definition().path("requestBody").path("$ref").asText("").endsWith("/Act")) {
                for (String body : List.of("", "{}", "{\"reason\": \" \"}", "{\"reason\": 1}", "{\"raeson\": \"x\"}")) {
                    HttpResponse<String> answer = call(act, TOKEN, body);
                    assertThat(answer.statusCode())
                            .as("%s %s: %s", act, body, answer.body())
                            .isEqualTo(400);
                    assertFits(act, answer);
                }
            }
        }
        assertThat(routes.job(JOB).phase()).isEqualTo(Phase.WATCHING);
    }

    @Test
    void aJobIsCancelledByWhoeverHasTheTokenAndTheAuditSaysWhoAndWhy() throws Exception {
        Operation cancel = operation("POST", "/api/jobs/{tenant}/{project}/{job}/cancel");
        assertFits(cancel, 202, call(cancel, TOKEN, REASON));
        assertFits(cancel, 409, call("POST", "/api/jobs/acme/p1/ended/cancel", TOKEN, REASON));
        assertFits(cancel, 404, call("POST", "/api/jobs/acme/p1/unknown/cancel", TOKEN, REASON));
        await().atMost(LONGEST).until(() -> routes.deletes.contains(JOB));
        assertThat(routes.audit("CANCEL_ORDERED"))
                .singleElement()
                .asString()
                .contains("\"by\":\"http.token\"", "because of a test");
        assertFits(get("/api/jobs/{tenant}/{project}/{job}"), 200, call("GET", "/api/jobs/acme/p1/job-1", TOKEN, ""));
        assertThat(json("/api/jobs/acme/p1/job-1").get("trouble").asText()).isEqualTo("stopping");
        assertThat(json("/api/jobs/acme/p1/job-1/explanation").toString()).contains("because of a test");
    }

    @Test
    void anExemptedJobIsReportedAndNotCancelled() throws Exception {
        Operation exempt = operation("POST", "/api/jobs/{tenant}/{project}/{job}/exempt");
        HttpResponse<String> answer = call(exempt, TOKEN, REASON);
        assertFits(exempt, 200, answer);
        assertThat(answer.body()).contains("\"changed\" : true");
        assertThat(call(exempt, TOKEN, REASON).body()).contains("\"changed\" : false");
        assertThat(json("/api/jobs/acme/p1/job-1").get("exempt").asBoolean()).isTrue();
        routes.tenant = job -> status(job, "RUNNING").replace("40", "100");
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            clock.advance(Duration.ofSeconds(15));
            return routes.events(JOB).contains("job.breached")
                    && routes.posted.stream().anyMatch(event -> event.body().contains("\"withheld\":\"exempt\""));
        });
        assertThat(routes.deletes).isEmpty();
        assertThat(json("/api/jobs/acme/p1/job-1").get("trouble_text").asText()).contains("CPU above 95 %");
        call(exempt, TOKEN, "{\"reason\": \"it is over\", \"exempt\": false}");
        await().atMost(LONGEST).until(() -> routes.audit("CANCEL_EXEMPTED").size() == 2);
        assertThat(routes.audit("CANCEL_EXEMPTED")).allMatch(line -> line.contains("http.token"));
        await().atMost(Duration.ofSeconds(40)).until(() -> {
            clock.advance(Duration.ofSeconds(15));
            return routes.deletes.contains(JOB);
        });
    }

    @Test
    void aJobIsReleasedAndAddedAgain() throws Exception {
        Operation release = operation("POST", "/api/jobs/{tenant}/{project}/{job}/release");
        assertFits(release, 200, call(release, TOKEN, REASON));
        assertFits(release, 404, call(release, TOKEN, REASON));
        assertThat(json("/api/jobs?stage=RELEASED")).hasSize(1);
        Operation add = operation("POST", "/api/jobs");
        assertFits(add, 201, call("POST", "/api/jobs?reason=again", TOKEN, "{\"jobs\": [\"acme:p1/job-1\"]}"));
        Operation remove = operation("DELETE", "/api/jobs/{tenant}/{project}/{job}");
        assertFits(remove, 200, call("DELETE", "/api/jobs/acme/p1/job-1?reason=enough", TOKEN, ""));
        await().atMost(LONGEST).until(() -> routes.audit("MONITOR_STOPPED").size() == 2);
        assertThat(routes.audit("MONITOR_STOPPED").toString()).contains("http.token", "because of a test", "enough");
        assertThat(routes.audit("MONITOR_START").toString()).contains("the API (http.token): again");
    }

    @Test
    void anEventIsSentAgainAndATargetTriedAndEnabled() throws Exception {
        String event = json("/api/events").get(0).get("event").asText();
        Operation replay = operation("POST", "/api/events/{event}/replay");
        int before = routes.posted.size();
        assertFits(replay, 200, call("POST", "/api/events/" + event + "/replay", TOKEN, REASON));
        assertFits(replay, 404, call("POST", "/api/events/evt_unknown/replay", TOKEN, REASON));
        await().atMost(LONGEST).until(() -> routes.posted.size() > before);
        Operation test = operation("POST", "/api/targets/{target}/test");
        HttpResponse<String> tested = call(test, TOKEN, REASON);
        assertFits(test, 200, tested);
        assertThat(tested.body()).contains("\"taken\" : false");
        assertFits(test, 404, call("POST", "/api/targets/unknown/test", TOKEN, REASON));
        sql("update webhook_target set status = 'disabled', reason = 'gone', changed_at = 0");
        assertThat(json("/api/targets").get(0).get("status").asText()).isEqualTo("disabled");
        Operation enable = operation("POST", "/api/targets/{target}/enable");
        HttpResponse<String> enabled = call(enable, TOKEN, REASON);
        assertFits(enable, 200, enabled);
        assertThat(enabled.body()).contains("\"enabled\" : true");
        Operation disable = operation("POST", "/api/targets/{target}/disable");
        HttpResponse<String> disabled = call(disable, TOKEN, REASON);
        assertFits(disable, 200, disabled);
        assertThat(disabled.body()).contains("\"disabled\" : true");
        assertThat(json("/api/targets").get(0).get("text").asText())
                .startsWith("disabled since")
                .endsWith("by hand (http.token: because of a test)");
        assertThat(call(disable, TOKEN, REASON).body()).contains("\"disabled\" : false");
        assertFits(disable, 404, call("POST", "/api/targets/unknown/disable", TOKEN, REASON));
        assertThat(call("GET", "/observe/metrics", READ_TOKEN, "").body())
                .contains("http_client_requests_seconds_count{client_name=\"webhook.ops\",method=\"POST\","
                        + "outcome=\"UNKNOWN\",status=\"IO_ERROR\",uri=\"none\"} 1");
        for (String action : List.of("WEBHOOK_REPLAYED", "WEBHOOK_TESTED", "WEBHOOK_ENABLED", "WEBHOOK_DISABLED")) {
            await().atMost(LONGEST).until(() -> routes.audit(action).size() == 1);
            assertThat(routes.audit(action).get(0)).contains("http.token", "because of a test");
        }
    }

    @Test
    void whoHasAnAnswerAlreadyIsNotSentItAgain() throws Exception {
        for (String path : List.of("/api/jobs", "/api/policies", "/api/openapi.yaml", "/api/events", "/api/health")) {
            HttpResponse<String> first = call("GET", path, READ_TOKEN, "");
            String tag = first.headers().firstValue("ETag").orElseThrow();
            HttpRequest again = request("GET", path, READ_TOKEN, "")
                    .header("If-None-Match", tag)
                    .build();
            HttpResponse<String> second = client.send(again, BodyHandlers.ofString());
            assertThat(second.statusCode()).as(path).isEqualTo(304);
            assertThat(second.body()).isEmpty();
            assertThat(second.headers().firstValue("ETag")).contains(tag);
        }
        assertThat(call("GET", "/api/statistics", READ_TOKEN, "").headers().firstValue("ETag"))
                .isPresent();
    }

    @Test
    void filtersComeBeforeTheCutAndPagesHaveEachJobOnce() throws Exception {
        List<JobKey> many = IntStream.range(0, 1_100)
                .mapToObj(i -> new JobKey("acme", "p2", "many-" + i))
                .toList();
        routes.beans().watchList().add(many, "test");
        // A fence of its own for each, so that no look under way is committed over what is set here.
        sql(
                "update job set fence = fence + 1, next_poll_at = 9223372036854775807, phase = 'ENDED', state = case when"
                        + " cast(substr(job_id, 6) as integer) % 25 = 0 then 'FAILED' else 'COMPLETED' end where project_id = 'p2'");
        sql("update job set phase = 'WATCHING', failures = 2, failure = 'away' where job_id = 'many-77'");
        assertThat(json("/api/jobs?state=FAILED")).hasSize(44);
        assertThat(json("/api/jobs?stage=FAILED&text=MANY-1&project=p2&tenant=acme"))
                .hasSize(8);
        assertThat(json("/api/jobs?trouble=true")).hasSize(1);
        for (String sort : List.of("latest", "trouble")) {
            List<String> ids = new ArrayList<>();
            String next = "?sort=" + sort + "&limit=100&project=p2";
            while (next != null) {
                HttpResponse<String> page = call("GET", "/api/jobs" + next, READ_TOKEN, "");
                assertFits(get("/api/jobs"), 200, page);
                new ObjectMapper()
                        .readTree(page.body())
                        .forEach(job -> ids.add(job.get("id").asText()));
                next = page.headers()
                        .firstValue("Link")
                        .map(link -> link.replaceFirst("^<(.*)>; rel=\"next\"$", "$1"))
                        .orElse(null);
            }
            Set<String> once = new HashSet<>(ids);
            assertThat(ids).as(sort).hasSize(1_100).hasSameSizeAs(once);
            if (sort.equals("trouble")) {
                assertThat(ids.get(0)).isEqualTo("acme:p2/many-77");
            }
        }
        JsonNode statistics = json("/api/statistics");
        assertThat(statistics.get("jobs_by_stage").get("FAILED").asInt()).isEqualTo(44);
        assertThat(statistics.get("trouble_count").asInt()).isEqualTo(1);
        for (String bad : List.of(
                "limit=0",
                "limit=x",
                "limit=1001",
                "after=x",
                "sort=x",
                "state=x",
                "stage=x",
                "trouble=x",
                "samples=-1")) {
            assertFits(get("/api/jobs"), 400, call("GET", "/api/jobs?" + bad, READ_TOKEN, ""));
        }
    }

    @Test
    void aProbeSaysUpOrDownAndWhyOnlyToThoseWithAToken() throws Exception {
        for (String path : List.of("/observe/health", "/observe/health/live", "/observe/health/ready")) {
            assertThat(new ObjectMapper()
                            .readTree(call("GET", path, null, "").body())
                            .properties())
                    .as(path)
                    .hasSize(1);
            assertThat(call("GET", path, READ_TOKEN, "").body()).contains("checks");
        }
    }

    @Test
    void aTenantThatIsAwayOrLateLooksOrAFullDiskAreNoReasonToRestart() throws Exception {
        sql("update job set failures = 2, failing_since = 0, next_poll_at = 9223372036854775807,"
                + " failure = '503: the tenant failed; it is tried again.' where job_id = 'job-1'");
        assertThat(call("GET", "/api/health", READ_TOKEN, "").body())
                .contains("Tenant acme is unreachable: looks fail at its one job");
        assertThat(call("GET", "/observe/health/ready", null, "").statusCode()).isEqualTo(200);
        sql("update job set next_poll_at = 0, lease_until = 0, lease_owner = '' where job_id = 'job-1'");
        sql("insert into tenant (alias, paused_until) values ('acme', 0)"
                + " on conflict (alias) do update set paused_until = 0");
        routes.beans().watch().leases().drain();
        assertThat(call("GET", "/observe/health/ready", null, "").statusCode()).isEqualTo(503);
        assertThat(call("GET", "/observe/health", READ_TOKEN, "").body()).contains("being stopped");
        assertThat(call("GET", "/observe/health/live", null, "").statusCode()).isEqualTo(200);
    }

    @Test
    void aFullDiskOfTheAuditIsNotReadyAndLives() throws Exception {
        Path audit = routes.beans().settings().get(AuditOptions.DIRECTORY);
        Files.move(audit, folder.resolve("away"));
        Files.createFile(audit);
        await().atMost(LONGEST).until(() -> {
            call("DELETE", "/api/jobs/acme/p1/job-1", TOKEN, "");
            call("POST", "/api/jobs", TOKEN, "{\"jobs\": [\"acme:p1/job-1\"]}");
            return call("GET", "/observe/health/ready", null, "").statusCode() == 503;
        });
        assertThat(call("GET", "/observe/health", READ_TOKEN, "").body()).contains("cannot be written");
        assertThat(call("GET", "/observe/health/live", null, "").statusCode()).isEqualTo(200);
        assertThat(json("/api/troubles").toString()).contains("The audit cannot be written", "Free the disk");
        HealthCheck ofAudit = check("trainwatch-audit");
        assertThat(ofAudit.callReadiness().getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(check("trainwatch-live").callLiveness().getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(check("trainwatch-jobs").callReadiness().getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void aServiceThatDoesNotEvenTryToLookIsNotLive() throws Exception {
        routes.context().getRouteController().suspendRoute("trainwatch-poll-due-jobs");
        clock.advance(Duration.ofMinutes(6));
        assertThat(call("GET", "/observe/health/live", null, "").statusCode()).isEqualTo(503);
        assertThat(call("GET", "/observe/health", null, "").statusCode()).isEqualTo(503);
    }

    private HealthCheck check(String id) {
        return routes.context().getRegistry().findByType(HealthCheck.class).stream()
                .filter(each -> each.getId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Operation get(String path) {
        return operation("GET", path);
    }

    private Operation operation(String method, String path) {
        return document.operations().stream()
                .filter(each -> each.method().equals(method) && each.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private void assertFits(Operation operation, int status, HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as("%s: %s", operation, answer.body()).isEqualTo(status);
        assertFits(operation, answer);
    }

    private void assertFits(Operation operation, HttpResponse<String> answer) throws IOException {
        assertThat(document.faults(operation, answer.statusCode(), answer.body()))
                .as("%s: %s", operation, answer.body())
                .isEmpty();
    }

    private HttpResponse<String> call(Operation operation, String token, String body) throws Exception {
        String path = operation
                .path()
                .replace("{tenant}", JOB.tenant())
                .replace("{project}", JOB.project())
                .replace("{job}", JOB.job())
                .replace("{event}", "evt_unknown")
                .replace("{target}", "ops");
        return call(operation.method(), path, token, body);
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = call("GET", path, READ_TOKEN, "");
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private HttpResponse<String> call(String method, String path, String token, String body) throws Exception {
        return client.send(request(method, path, token, body).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path, String token, String body) {
        URI address = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private void sql(String text) throws SQLException {
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("trainwatch.db"));
                Statement statement = store.createStatement()) {
            statement.execute("pragma busy_timeout = 5000");
            statement.execute(text);
        }
    }

    private static String status(JobKey job, String state) {
        return "{\"job_id\":\"" + job.job() + "\",\"state\":\"" + state + "\",\"progress_percent\":10,"
                + "\"metrics\":[{\"timestamp\":\"2026-03-01T12:00:00Z\",\"metric_name\":\"loss\",\"value\":1.5,"
                + "\"unit\":\"percent\"}],\"resource_utilization\":{\"cpu_usage\":40,\"memory_usage\":40}}";
    }

    private static ApiDocument read() {
        try {
            return ApiDocument.read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
