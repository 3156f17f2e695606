package io.trainwatch.journeys;

import static io.trainwatch.http.RawServer.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.http.RawServer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus that wants headers, whose clock is off, and one of whose queries gives a matrix. */
class PrometheusIT {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final String JSON = "Content-Type: application/json";
    private static final Duration BEHIND = Duration.ofSeconds(181);

    @TempDir
    Path folder;

    @Situation(
            of = Situation.Of.PROMETHEUS,
            when = "One query is bad, the clock is off, headers are wanted, on the packaged service",
            then = "The other query stops the job")
    @Test
    void aBadQueryIsComplainedOfAndTheOtherOneStopsTheJob() throws Exception {
        String task = "{\"_id\":\"task-1\",\"name\":\"trainIntents\",\"status\":\"active\",\"currentStep\":1,"
                + "\"totalStep\":4}";
        try (RawServer tenant = RawServer.answering(response("200 OK", task, JSON));
                RawServer prometheus =
                        new RawServer((number, request, out) -> out.write(RawServer.bytes(query(request))));
                Distribution service = new Distribution(folder)) {
            service.set("trainwatch.tenant.acme.base-url", tenant.url())
                    .set("trainwatch.tenant.acme.api", "tasks")
                    .set("trainwatch.tenant.acme.api-key", "s3cret-key")
                    .set("trainwatch.tenant.acme.prometheus.url", prometheus.url())
                    .set(
                            "trainwatch.tenant.acme.prometheus.headers",
                            "X-Scope-OrgID: ml; Authorization: Basic czNjcmV0")
                    .set("trainwatch.tenant.acme.prometheus.cpu-query", "cpu{task=\"$job\"}")
                    .set("trainwatch.tenant.acme.prometheus.memory-query", "memory{task=\"$job\"}[5m]")
                    .set("trainwatch.tenant.acme.prometheus.max-age", "5m")
                    .set("trainwatch.policy.cpu-window", "2 of 2")
                    .set("trainwatch.poll.interval", "1s")
                    .set("trainwatch.jobs", "acme:p1/task-1");
            service.start("run");
            await().atMost(LONGEST)
                    .untilAsserted(() -> assertThat(tenant.requests.stream().map(request -> request.split("\\?")[0]))
                            .as(service.output())
                            .anyMatch(line -> line.startsWith("POST ") && line.contains("task-1/cancel")));
            assertThat(service.linesOf("memory-query (refused) fails: The query cannot be used"))
                    .hasSize(1);
            assertThat(service.linesOf("behind")).hasSize(1).allMatch(line -> line.contains("acme"));
            assertThat(service.output()).doesNotContain("s3cret", "czNjcmV0");
            service.assertQuiet("rometheus");
            assertThat(service.stop()).isEqualTo(143);
        }
    }

    private static String query(String request) {
        if (!request.contains("X-Scope-OrgID: ml") || !request.contains("Authorization: Basic czNjcmV0")) {
            return response("401 Unauthorized", "no org id");
        }
        String at = "[" + Instant.now().minus(BEHIND).getEpochSecond() + ",\"99\"]";
        boolean isMatrix = URLDecoder.decode(request, StandardCharsets.UTF_8).contains("memory{");
        String data = isMatrix
                ? "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[" + at + "]}]}"
                : "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":" + at + "}]}";
        return response("200 OK", "{\"status\":\"success\",\"data\":" + data + "}", JSON);
    }
}
