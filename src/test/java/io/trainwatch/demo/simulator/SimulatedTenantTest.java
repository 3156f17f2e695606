package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedTenantTest {

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant =
            SimulatedTenant.start(TenantOptions.defaults().clock(clock));
    private final TenantCaller caller = new TenantCaller(tenant);

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    @Test
    void listensOnThisMachineOnly() {
        assertThat(tenant.baseUrl().toString()).matches("http://127\\.0\\.0\\.1:\\d+/api/v2");
    }

    @Test
    void givesATokenForTheRightCredentials() throws IOException {
        HttpCaller.Reply reply = caller.signIn();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().get("token_type").asText()).isEqualTo("Bearer");
        assertThat(reply.json().get("expires_in").asInt()).isEqualTo(300);
        assertThat(reply.json().get("access_token").asText()).isNotBlank();
    }

    @Test
    void refusesASecretThatWasNotUrlEncoded() throws IOException {
        HttpCaller.Reply reply = caller.http()
                .postForm(
                        caller.uri("/oauth/token"),
                        "grant_type=client_credentials&client_id=trainwatch&client_secret="
                                + tenant.options().clientSecret().replace("%", ""));

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().get("error").asText()).isEqualTo("invalid_client");
    }

    @Test
    void takesTheClientFromHttpBasicEncodedOrNot() throws IOException {
        String secret = tenant.options().clientSecret();

        assertThat(caller.requestTokenWithBasic(basic("trainwatch:" + TenantCaller.encoded(secret)))
                        .status())
                .isEqualTo(200);
        assertThat(caller.requestTokenWithBasic(basic("trainwatch:" + secret)).status())
                .isEqualTo(200);
        assertThat(caller.requestTokenWithBasic(basic("trainwatch:wrong")).status())
                .isEqualTo(401);
        assertThat(caller.requestTokenWithBasic("%%%").status()).isEqualTo(401);
    }

    @Test
    void refusesAnotherGrantAndUnknownScopes() throws IOException {
        String secret = tenant.options().clientSecret();

        HttpCaller.Reply grant = caller.requestToken("password", "trainwatch", secret, "ai:training:read");
        HttpCaller.Reply scope = caller.requestToken("client_credentials", "trainwatch", secret, "everything");

        assertThat(grant.status()).isEqualTo(400);
        assertThat(grant.json().get("error").asText()).isEqualTo("unsupported_grant_type");
        assertThat(scope.status()).isEqualTo(400);
        assertThat(scope.json().get("error").asText()).isEqualTo("invalid_scope");
    }

    @Test
    void wantsAGoodTokenForEverythingElse() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.COMPLETES));
        HttpCaller.Reply without = caller.status("shop", "intents");
        caller.signIn();
        HttpCaller.Reply with = caller.status("shop", "intents");
        clock.advance(Duration.ofMinutes(5));
        HttpCaller.Reply expired = caller.status("shop", "intents");
        caller.signIn();
        tenant.revokeTokens();
        HttpCaller.Reply revoked = caller.cancel("shop", "intents");

        assertThat(without.status()).isEqualTo(401);
        assertThat(without.headers().get("www-authenticate")).startsWith("Bearer ");
        assertThat(with.status()).isEqualTo(200);
        assertThat(expired.status()).isEqualTo(401);
        assertThat(revoked.status()).isEqualTo(401);
    }

    @Test
    void tellsTheStatusOfARunningJob() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.COMPLETES).queued(Duration.ofSeconds(2)));
        caller.signIn();
        clock.setTo(Duration.ofSeconds(17));

        JsonNode status = caller.status("shop", "intents").json();

        assertThat(status.get("job_id").asText()).isEqualTo("intents");
        assertThat(status.get("state").asText()).isEqualTo("RUNNING");
        assertThat(status.get("progress_percent").asDouble()).isEqualTo(50);
        assertThat(status.at("/resource_utilization/cpu_usage").asDouble()).isBetween(2.0, 85.0);
        assertThat(status.at("/resource_utilization/memory_usage").asDouble()).isBetween(2.0, 85.0);
        assertThat(status.get("started_at").asText()).isEqualTo("2026-03-01T12:00:02Z");
        assertThat(status.has("completed_at")).isFalse();
        assertThat(status.get("metrics")).hasSize(6);
        assertThat(status.at("/metrics/0/timestamp").asText()).isEqualTo("2026-03-01T12:00:07Z");
        assertThat(status.at("/metrics/0/metric_name").asText()).isEqualTo("accuracy");
        assertThat(status.at("/metrics/0/value").asDouble()).isBetween(0.0, 100.0);
        assertThat(status.at("/metrics/0/unit").asText()).isEqualTo("percent");
    }

    @Test
    void leavesOutTimesThatAJobDoesNotHaveYet() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.FAILS).queued(Duration.ofSeconds(2)));
        caller.signIn();

        JsonNode queued = caller.status("shop", "intents").json();
        clock.setTo(Duration.ofSeconds(40));
        JsonNode failed = caller.status("shop", "intents").json();

        assertThat(queued.get("state").asText()).isEqualTo("QUEUED");
        assertThat(queued.has("started_at")).isFalse();
        assertThat(failed.get("state").asText()).isEqualTo("FAILED");
        assertThat(Instant.parse(failed.get("completed_at").asText())).isEqualTo("2026-03-01T12:00:32Z");
    }

    @Test
    void keepsTheLatestFiftyMetrics() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.NEVER_ENDS).sampledEvery(Duration.ofSeconds(1)));
        caller.signIn();
        clock.setTo(Duration.ofSeconds(100));

        JsonNode metrics = caller.status("shop", "intents").json().get("metrics");

        assertThat(metrics).hasSize(50);
        assertThat(metrics.get(0).get("timestamp").asText()).isEqualTo("2026-03-01T12:01:16Z");
        assertThat(metrics.get(49).get("timestamp").asText()).isEqualTo("2026-03-01T12:01:40Z");
    }

    @Test
    void cancelsAJobAfterItsDelay() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS).cancelDelay(Duration.ofSeconds(2)));
        caller.signIn();
        clock.setTo(Duration.ofSeconds(10));

        assertThat(caller.cancel("shop", "intents").status()).isEqualTo(202);
        assertThat(state("intents")).isEqualTo("RUNNING");
        clock.advance(Duration.ofSeconds(2));
        assertThat(state("intents")).isEqualTo("CANCELLED");
        assertThat(caller.cancel("shop", "intents").status()).isEqualTo(409);
    }

    @Test
    void ignoresACancelWhenToldTo() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS).ignoringCancel());
        caller.signIn();

        assertThat(caller.cancel("shop", "intents").status()).isEqualTo(202);
        clock.advance(Duration.ofMinutes(4));
        assertThat(state("intents")).isEqualTo("RUNNING");
    }

    @Test
    void cancelsOnlyWithTheWriteScope() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS));
        caller.signIn("ai:training:read");

        assertThat(caller.status("shop", "intents").status()).isEqualTo(200);
        assertThat(caller.cancel("shop", "intents").status()).isEqualTo(403);
    }

    @Test
    void knowsItsProjectsAndJobsAndNoOthers() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS));
        caller.signIn();

        assertThat(caller.project("shop").status()).isEqualTo(200);
        assertThat(caller.project("bank").status()).isEqualTo(403);
        assertThat(caller.status("shop", "nothing").status()).isEqualTo(404);
        assertThat(caller.cancel("shop", "nothing").status()).isEqualTo(404);
        assertThat(caller.http().get(caller.uri("/elsewhere")).status()).isEqualTo(404);
    }

    @Test
    void refusesAProjectThatWasWithdrawnAndForgetsAJob() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS)).add(JobScript.of("bank", "intents", Ending.STALLS));
        caller.signIn();
        tenant.withdraw("shop");
        tenant.forget("bank", "intents");

        assertThat(caller.project("shop").status()).isEqualTo(403);
        assertThat(caller.status("shop", "intents").status()).isEqualTo(403);
        assertThat(caller.status("bank", "intents").status()).isEqualTo(404);
    }

    @Test
    void refusesASecondJobOfTheSameName() {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tenant.add(JobScript.of("shop", "intents", Ending.FAILS)))
                .withMessageContaining("shop/intents");
    }

    @Test
    void namesThePortThatIsTaken() {
        int port = tenant.baseUrl().getPort();

        assertThatThrownBy(() -> SimulatedTenant.start(TenantOptions.defaults().port(port)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void countsAndRemembersWhatWasAsked() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS));
        caller.signIn();
        caller.status("shop", "intents");
        caller.status("shop", "intents");
        caller.cancel("shop", "intents");
        caller.project("shop");

        assertThat(tenant.requests().count(RequestKind.TOKEN)).isEqualTo(1);
        assertThat(tenant.requests().count(RequestKind.STATUS)).isEqualTo(2);
        assertThat(tenant.requests().count(RequestKind.CANCEL)).isEqualTo(1);
        assertThat(tenant.requests().count(RequestKind.PROJECT)).isEqualTo(1);
        assertThat(tenant.requests().recent())
                .extracting(RequestLog.Entry::kind)
                .containsExactly(
                        RequestKind.TOKEN,
                        RequestKind.STATUS,
                        RequestKind.STATUS,
                        RequestKind.CANCEL,
                        RequestKind.PROJECT);
        assertThat(tenant.requests().recent().get(3))
                .isEqualTo(new RequestLog.Entry(
                        SettableClock.START,
                        RequestKind.CANCEL,
                        "DELETE",
                        "/api/v2/projects/shop/ai/train/intents",
                        202,
                        ""));
    }

    @Test
    void servesAThousandJobsToSeveralCallersAtOnce() throws IOException {
        IntStream.range(0, 1_000).forEach(i -> tenant.add(JobScript.of("shop", "job-" + i, Ending.NEVER_ENDS)));

        List<CompletableFuture<Void>> callers = IntStream.range(0, 4)
                .mapToObj(any -> CompletableFuture.runAsync(this::readEveryTenthJob))
                .toList();

        assertThat(callers).allSatisfy(done -> assertThat(done).succeedsWithin(Duration.ofSeconds(20)));
        assertThat(tenant.requests().count(RequestKind.STATUS)).isEqualTo(400);
        assertThat(tenant.requests().recent()).hasSize(404);
        assertThat(tenant.truth("shop", "job-990").reads()).isEqualTo(4);
    }

    private void readEveryTenthJob() {
        try (TenantCaller own = new TenantCaller(tenant)) {
            own.signIn();
            for (int i = 0; i < 1_000; i += 10) {
                assertThat(own.status("shop", "job-" + i).status()).isEqualTo(200);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void answersTheSameInASecondRunWithTheSameSeedAndClock() throws IOException {
        assertThat(run(11)).isEqualTo(run(11)).isNotEqualTo(run(12));
    }

    /** All answers, faults among them, of looking at two jobs once a second. */
    private static List<String> run(long seed) throws IOException {
        SettableClock clock = new SettableClock();
        List<String> answers = new ArrayList<>();
        try (SimulatedTenant tenant = SimulatedTenant.start(
                        TenantOptions.defaults().seed(seed).clock(clock));
                TenantCaller caller = new TenantCaller(tenant)) {
            tenant.add(JobScript.of("shop", "one", Ending.COMPLETES))
                    .add(JobScript.of("shop", "two", Ending.BREACHES_MEMORY));
            tenant.faults().inject(Fault.SERVER_ERROR, 0.2).inject(Fault.INVALID_STATUS, 0.1);
            answers.add(caller.signIn().text());
            for (int second = 0; second < 40; second++) {
                clock.setTo(Duration.ofSeconds(second));
                answers.add(caller.status("shop", "one").text());
                answers.add(caller.status("shop", "two").text());
            }
        }
        return answers;
    }

    private String state(String job) throws IOException {
        return caller.status("shop", job).json().get("state").asText();
    }

    private static String basic(String credentials) {
        return Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
