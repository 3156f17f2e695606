package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TenantFaultsTest {

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant = SimulatedTenant.start(TenantOptions.defaults()
            .clock(clock)
            .retryAfter(Duration.ofMillis(6_500))
            .trickleFor(Duration.ofMillis(200))
            .hangFor(Duration.ofMillis(300)));
    private final TenantCaller caller = new TenantCaller(tenant);

    @BeforeEach
    void addJobs() throws IOException {
        tenant.add(JobScript.of("shop", "intents", Ending.STALLS)).add(JobScript.of("shop", "other", Ending.STALLS));
        caller.signIn();
        clock.setTo(Duration.ofSeconds(8));
    }

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    @Test
    void throttlesWithSecondsADateOrNothing() throws IOException {
        tenant.faults()
                .injectNext(Fault.THROTTLE_SECONDS, 1)
                .injectNext(Fault.THROTTLE_DATE, 1)
                .injectNext(Fault.THROTTLE_BARE, 1);

        HttpCaller.Reply seconds = caller.status("shop", "intents");
        HttpCaller.Reply date = caller.status("shop", "intents");
        HttpCaller.Reply bare = caller.status("shop", "intents");

        assertThat(List.of(seconds.status(), date.status(), bare.status())).containsOnly(429);
        assertThat(seconds.headers()).containsEntry("retry-after", "7");
        assertThat(date.headers()).containsEntry("retry-after", "Sun, 01 Mar 2026 12:00:15 GMT");
        assertThat(bare.headers()).doesNotContainKey("retry-after");
        assertThat(caller.status("shop", "intents").status()).isEqualTo(200);
    }

    @Test
    void answersWithEveryServerError() throws IOException {
        tenant.faults().inject(Fault.SERVER_ERROR, 1);

        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            seen.add(caller.status("shop", "intents").status());
        }

        assertThat(seen).containsExactlyInAnyOrder(500, 502, 503, 504);
    }

    @Test
    void resetsTheConnectionInsteadOfActing() throws IOException {
        tenant.faults().injectNext(Fault.RESET, 1);

        assertThatThrownBy(() -> caller.cancel("shop", "intents")).isInstanceOf(SocketException.class);

        JobTruth.Cancel cancel = truth().cancels().get(0);
        assertThat(cancel.answered()).isZero();
        assertThat(cancel.accepted()).isFalse();
        assertThat(caller.status("shop", "intents").status()).isEqualTo(200);
    }

    @Test
    void actsAndThenLosesTheAnswer() {
        tenant.faults().injectNext(Fault.LOST_ANSWER, 1);

        assertThatThrownBy(() -> caller.cancel("shop", "intents")).isInstanceOf(SocketException.class);

        JobTruth.Cancel cancel = truth().cancels().get(0);
        assertThat(cancel.answered()).isZero();
        assertThat(cancel.accepted()).isTrue();
    }

    @Test
    void letsTheBodyTrickle() throws IOException {
        tenant.faults().injectNext(Fault.SLOW_BODY, 1);

        long before = System.nanoTime();
        HttpCaller.Reply reply = caller.status("shop", "intents");

        assertThat(reply.json().get("state").asText()).isEqualTo("RUNNING");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(150));
    }

    @Test
    void holdsAnAnswerBack() throws IOException {
        tenant.faults().injectNext(Fault.HANG, 1);

        long before = System.nanoTime();
        HttpCaller.Reply reply = caller.status("shop", "intents");

        assertThat(reply.json().get("state").asText()).isEqualTo("RUNNING");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        assertThat(truth().maxCpu()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"HANG", "SLOW_BODY"})
    void countsNothingAsServedToACallerWhoHangsUp(Fault fault) throws IOException {
        tenant.faults().injectNext(fault, 1);

        caller.askForStatusAndHangUp("shop", "intents");

        await().until(() -> truth().reads() == 1);
        await().during(Duration.ofMillis(400)).until(() -> truth().maxCpu() == 0);
    }

    @Test
    void revokesAllTokens() throws IOException {
        tenant.faults().injectNext(Fault.REVOKE_TOKENS, 1);

        assertThat(caller.status("shop", "intents").status()).isEqualTo(401);
        assertThat(caller.status("shop", "intents").status()).isEqualTo(401);
        caller.signIn();
        assertThat(caller.status("shop", "intents").status()).isEqualTo(200);
    }

    @Test
    void redirectsToTheAddressGiven() throws IOException {
        tenant.faults().injectNext(Fault.REDIRECT, 1);

        HttpCaller.Reply reply = caller.status("shop", "intents");

        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.headers()).containsEntry("location", "http://127.0.0.1:9/elsewhere");
    }

    @ParameterizedTest
    @CsvSource({"FORBIDDEN, 403", "NOT_FOUND, 404"})
    void refuses(Fault fault, int status) throws IOException {
        tenant.faults().injectNext(fault, 1);

        assertThat(caller.status("shop", "intents").status()).isEqualTo(status);
    }

    @Test
    void strikesOneJobOnlyWhenToldSo() throws IOException {
        tenant.faults().forJob("shop", "intents").inject(Fault.FORBIDDEN, 1);

        assertThat(caller.status("shop", "intents").status()).isEqualTo(403);
        assertThat(caller.status("shop", "other").status()).isEqualTo(200);
    }

    @Test
    void strikesOneKindOfRequestOnlyWhenToldSo() throws IOException {
        tenant.faults().forRequests(RequestKind.CANCEL).injectNext(Fault.SERVER_ERROR, 1);

        assertThat(caller.status("shop", "intents").status()).isEqualTo(200);
        assertThat(caller.cancel("shop", "intents").status()).isGreaterThanOrEqualTo(500);
        assertThat(caller.cancel("shop", "intents").status()).isEqualTo(202);
    }

    @Test
    void keepsFaultsOfTheStatusForStatusReads() throws IOException {
        tenant.faults().injectNext(Fault.INVALID_STATUS, 1);

        assertThat(caller.cancel("shop", "intents").status()).isEqualTo(202);
        assertThat(caller.project("shop").status()).isEqualTo(200);
        assertThat(caller.status("shop", "intents").json().has("job_id"))
                .as("the first kind of invalid status has no job_id")
                .isFalse();
    }

    @Test
    void waitsForAGoodTokenBeforeItStrikes() throws IOException {
        tenant.faults().injectNext(Fault.FORBIDDEN, 1);
        tenant.revokeTokens();

        assertThat(caller.status("shop", "intents").status()).isEqualTo(401);
        caller.signIn();
        assertThat(caller.status("shop", "intents").status()).isEqualTo(403);
    }

    @Test
    void goesWellAgainWhenCleared() throws IOException {
        tenant.faults().inject(Fault.FORBIDDEN, 1).injectNext(Fault.NOT_FOUND, 5);
        tenant.faults().forJob("shop", "intents").inject(Fault.FORBIDDEN, 1);
        tenant.faults().forTokens().inject(Fault.SERVER_ERROR, 1);

        tenant.faults().clear();

        assertThat(caller.signIn().status()).isEqualTo(200);
        assertThat(caller.status("shop", "intents").status()).isEqualTo(200);
    }

    @Test
    void writesTheFaultIntoTheLog() throws IOException {
        tenant.faults().injectNext(Fault.NOT_FOUND, 1);
        caller.status("shop", "intents");

        assertThat(tenant.requests().recent()).last().satisfies(entry -> {
            assertThat(entry.answered()).isEqualTo(404);
            assertThat(entry.fault()).isEqualTo("NOT_FOUND");
        });
    }

    @Test
    void letsTheTokenEndpointFailHangAndReset() throws IOException {
        tenant.faults()
                .forTokens()
                .injectNext(Fault.SERVER_ERROR, 1)
                .injectNext(Fault.HANG, 1)
                .injectNext(Fault.RESET, 1)
                .injectNext(Fault.SLOW_BODY, 1);

        assertThat(requestToken().status()).isGreaterThanOrEqualTo(500);
        assertThat(requestToken().text()).contains("access_token");
        assertThatThrownBy(this::requestToken).isInstanceOf(SocketException.class);
        assertThat(requestToken().text()).contains("access_token");
    }

    @Test
    void hasNoOtherFaultsForTokenRequests() {
        assertThatIllegalArgumentException().isThrownBy(() -> tenant.faults().forRequests(RequestKind.TOKEN));
    }

    private JobTruth truth() {
        return tenant.truth("shop", "intents");
    }

    private HttpCaller.Reply requestToken() throws IOException {
        return caller.requestToken(
                "client_credentials",
                tenant.options().clientId(),
                tenant.options().clientSecret(),
                "ai:training:read");
    }
}
