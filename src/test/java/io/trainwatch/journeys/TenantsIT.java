package io.trainwatch.journeys;

import static io.trainwatch.http.RawServer.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.http.RawServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants that speak as servers in the world do: odd tokens, numbers, times, waits, texts and lists, all at once. */
class TenantsIT {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final String JSON = "Content-Type: application/json";
    private static final String BASIC =
            Base64.getEncoder().encodeToString("me:s3cret-client".getBytes(StandardCharsets.UTF_8));
    private static final String LONG = "x".repeat(9_000);

    /** What a status holds beside the job and its end. */
    private static final Map<String, String> FIELDS = Map.of(
            "long-text", "\"state\":\"COMPLETED\",\"log\":\"" + LONG + "\"",
            "lower-case", "\"state\":\"completed\",\"progress_percent\":\"100\",\"metrics\":null",
            "numbers",
                    "\"state\":\"COMPLETED\",\"progress_percent\":100.00000000000001,"
                            + "\"resource_utilization\":{\"cpu_usage\":780,\"memory_usage\":" + "7".repeat(71) + "}",
            "times",
                    "\"state\":\"COMPLETED\",\"started_at\":\"0001-01-01T00:00:00Z\","
                            + "\"completed_at\":\"2026-11-23 09:30:00.000+0000\"",
            "waits", "\"state\":\"COMPLETED\"");

    @TempDir
    Path folder;

    private final Map<String, Integer> asked = new HashMap<>();

    @Situation(
            of = Situation.Of.TENANTS,
            when = "Odd tokens, numbers, times, waits, texts and lists, all at once, on the packaged service",
            then = "Each job ends as its tenant says")
    @Test
    void whatIsNeededIsTakenAndTheRestIsNamedOnce() throws Exception {
        try (RawServer tenant = new RawServer((number, request, out) -> out.write(RawServer.bytes(respond(request))));
                RawServer receiver = RawServer.answering(response("204 No Content", ""));
                Distribution service = new Distribution(folder)) {
            service.set("trainwatch.poll.interval", "1s")
                    .set("trainwatch.poll.confirm-after", "0s")
                    .set("trainwatch.webhook.ops.url", receiver.url())
                    .set("trainwatch.tenant.odd.base-url", tenant.url() + "/odd")
                    .set("trainwatch.tenant.odd.client-id", "me")
                    .set("trainwatch.tenant.odd.client-secret", "s3cret-client")
                    .set("trainwatch.tenant.odd.token-params", "audience=training")
                    .set("trainwatch.tenant.refusing.base-url", tenant.url() + "/refusing")
                    .set("trainwatch.tenant.refusing.client-id", "me")
                    .set("trainwatch.tenant.refusing.client-secret", "s3cret-client")
                    .set("trainwatch.tenant.lists.base-url", tenant.url() + "/lists")
                    .set("trainwatch.tenant.lists.api", "tasks")
                    .set("trainwatch.tenant.lists.api-key", "s3cret-key")
                    .set("trainwatch.tenant.lists.discover", "p1")
                    .set("trainwatch.tenant.lists.discover-since", "30d")
                    .set(
                            "trainwatch.jobs",
                            "odd:p1/" + String.join(", odd:p1/", FIELDS.keySet()) + ", odd:p1/no-body, refusing:p1/a");
            service.start("run");
            await().atMost(LONGEST).untilAsserted(() -> {
                for (String job : FIELDS.keySet()) {
                    assertThat(told(receiver, job)).as(service.output()).contains("\"job.completed\"");
                }
                assertThat(told(receiver, "task-1"))
                        .as(service.output())
                        .contains("\"job.failed\"", "\"fail_reason\":\"x");
                assertThat(told(receiver, "no-body")).contains("\"job.invalid\"");
            });
            assertThat(told(receiver, "times")).contains("\"completed_at\":\"2026-11-23T09:30:00Z\"");
            assertThat(told(receiver, "numbers")).contains("\"incomplete\":");
            assertThat(asked.get("waits")).as("requests before and after a 429").isEqualTo(2);
            assertThat(service.linesOf("calls its token \"JWT\"")).hasSize(1);
            assertThat(service.linesOf("invalid_client"))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("nobody of that"));
            assertThat(service.linesOf("cannot be listed")).hasSize(1);
            assertThat(service.output()).doesNotContain("s3cret");
            service.assertQuiet("odd:p1/", "tenant refusing", "lists:p1");
            assertThat(service.stop()).isEqualTo(143);
        }
    }

    /** The events of a job. */
    private static String told(RawServer receiver, String job) {
        return String.join(
                "\n",
                receiver.requests.stream()
                        .filter(request -> request.contains("\"job_id\":\"" + job + "\""))
                        .toList());
    }

    private synchronized String respond(String request) {
        String path = request.split(" ")[1];
        String job = path.replaceFirst("(/status)?(\\?.*)?$", "").replaceFirst(".*/", "");
        int times = asked.merge(job, 1, Integer::sum);
        if (path.endsWith("/oauth/token")) {
            return token(path, request);
        }
        if (path.startsWith("/lists")) {
            return list(path, times);
        }
        if (job.equals("no-body")) {
            return "HTTP/1.1 204 No Content\r\n\r\n";
        }
        if (job.equals("waits") && times == 1) {
            return response("429 Too Many Requests", "", "Retry-After: 2.5");
        }
        return response("200 OK", "{\"job_id\":\"" + job + "\"," + FIELDS.get(job) + "}", JSON);
    }

    private static String token(String path, String request) {
        if (path.startsWith("/refusing")) {
            return response(
                    "200 OK", "{\"error\":\"invalid_client\",\"error_description\":\"nobody of that name\"}", JSON);
        }
        boolean isBasic = request.contains("Authorization: Basic " + BASIC) && request.contains("audience=training");
        return isBasic
                ? response(
                        "200 OK", "{\"access_token\":\"t0ken\",\"token_type\":\"JWT\",\"expires_in\":\"3599.0\"}", JSON)
                : response("401 Unauthorized", "{\"error\":\"invalid_client\"}", JSON);
    }

    /** At first a page of a proxy, then a list of which one item is none; a task alone as it is in the list. */
    private static String list(String path, int times) {
        String task = "{\"_id\":\"task-1\",\"name\":\"trainIntents\",\"status\":\"error\",\"projectId\":\"p1\","
                + "\"failReason\":\"" + LONG + "\",\"lastFinishedAt\":" + System.currentTimeMillis() + "}";
        if (path.contains("/task-1")) {
            return path.contains("projectId=p1")
                    ? response("200 OK", task, JSON)
                    : response("403 Forbidden", "{}", JSON);
        }
        return times == 1
                ? response("200 OK", "<html><body>Please sign in</body></html>", "Content-Type: text/html")
                : response("200 OK", "{\"items\":[null,{\"status\":7}," + task + "],\"nextCursor\":null}", JSON);
    }
}
