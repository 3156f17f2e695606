package io.trainwatch.journeys;

import static io.trainwatch.http.RawServer.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.http.RawServer;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.SilentNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod of Kubernetes whose secret has a byte order mark, whose jobs are odd, and whose database loses its power. */
class MachinesIT {

    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final String MARK = "\ufeff";

    @TempDir
    Path folder;

    @Situation(
            of = Situation.Of.MACHINES,
            when =
                    "Service links, a byte order mark, a bad file of jobs, and a database that goes silent, on the packaged service",
            then = "It says each once, and goes on")
    @Test
    void aServiceGoesOnWhenItsDatabaseIsBack() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        String status = "{\"access_token\":\"t0ken\",\"job_id\":\"a\",\"state\":\"RUNNING\",\"progress_percent\":10}";
        Path jobs = Files.createDirectory(folder.resolve("jobs"));
        Files.writeString(jobs.resolve("bad.json"), "{\"jobs\": \"p1/a\"}");
        Path secret = Files.write(folder.resolve("key"), (MARK + "s3cret-key\n").getBytes(StandardCharsets.UTF_8));
        try (SilentNetwork network = SilentNetwork.before(database);
                RawServer tenant = RawServer.answering(response("200 OK", status, "Content-Type: application/json"));
                Distribution service = new Distribution(folder)) {
            FreshDatabase far = network.through(database);
            service.set("trainwatch.store.url", far.url().replace("user=postgres&", "") + "&socketTimeout=2")
                    .set("trainwatch.store.user", far.user())
                    .set("trainwatch.tenant.acme.base-url", tenant.url())
                    .set("trainwatch.tenant.acme.client-id", "me")
                    .set("trainwatch.tenant.acme.client-secret", "{{file:" + secret + "}}")
                    .set("trainwatch.tenant.acme.token-url", tenant.url() + "/token")
                    .set("trainwatch.poll.interval", "1s")
                    .set("trainwatch.jobs-directory", jobs.toString())
                    .set("trainwatch.jobs", "acme:p1/a")
                    .setVariable("TRAINWATCH_PORT", "tcp://10.0.0.9:80")
                    .setVariable("TRAINWATCH_PORT_80_TCP_ADDR", "10.0.0.9")
                    .setVariable("TRAINWATCH_SERVICE_HOST", "10.0.0.9");
            service.start("run");
            assertThat(service.get("/health")).startsWith("200 ");
            int before = looks(tenant);
            await("looks").atMost(LONGEST).until(() -> looks(tenant) > before + 1);
            assertThat(tenant.requests).anyMatch(request -> request.contains("client_secret=s3cret-key"));

            network.cut();
            await("that it is noticed")
                    .atMost(LONGEST)
                    .until(() -> health(service).startsWith("503 "));
            assertThat(health(service)).contains("DOWN", "the store");

            network.mend();
            int back = looks(tenant);
            await("looks again").atMost(LONGEST).until(() -> looks(tenant) > back + 1);
            await("health").atMost(LONGEST).until(() -> health(service).startsWith("200 "));
            assertThat(service.linesOf("service links")).hasSize(1);
            assertThat(service.linesOf("bad.json")).hasSize(1);
            service.assertQuiet("the store");
            assertThat(service.stop()).isEqualTo(143);
        }
    }

    private static int looks(RawServer tenant) {
        return (int) tenant.requests.stream()
                .filter(request -> request.contains("/status"))
                .count();
    }

    /** As Kubernetes asks: who is not answered within 2 seconds takes the service for gone. */
    private static String health(Distribution service) throws Exception {
        Instant begun = Instant.now();
        String health = service.get("/health");
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(2));
        return health;
    }
}
