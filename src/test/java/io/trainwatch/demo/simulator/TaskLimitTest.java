package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskLimitTest {

    private final SettableClock clock = new SettableClock();
    private SimulatedTenant tenant;
    private TaskCaller caller;

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    private void start(TenantOptions options) {
        tenant = SimulatedTenant.start(options.clock(clock));
        caller = new TaskCaller(tenant);
    }

    @Test
    void answersAThousandRequestsInFiveMinutes() throws IOException {
        start(TenantOptions.defaults());
        for (int i = 0; i < 1_000; i++) {
            assertThat(caller.tasks().status()).isEqualTo(200);
        }

        HttpCaller.Reply refused = caller.tasks();

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).doesNotContainKey("retry-after");
        assertThat(refused.json().get("code").asInt()).isEqualTo(429);
        assertThat(tenant.requests().recent()).last().satisfies(entry -> {
            assertThat(entry.answered()).isEqualTo(429);
            assertThat(entry.fault()).isEqualTo("LIMIT");
        });
        clock.setTo(Duration.ofMinutes(5));
        assertThat(caller.tasks().status()).isEqualTo(200);
    }

    @Test
    void countsEveryRequestOfThisApiAndNoneOfTheOther() throws IOException {
        start(TenantOptions.defaults().taskLimit(2));
        try (TenantCaller other = new TenantCaller(tenant)) {
            other.signIn();
            other.signIn();
            caller.requestToken("/auth/oauth2/token", "");
            caller.get("/nonsense");

            assertThat(caller.requestToken("/auth/oauth2/token", "").status()).isEqualTo(429);
            assertThat(other.signIn().status()).isEqualTo(200);
        }
    }

    @Test
    void hasNoLimitWhenToldSo() throws IOException {
        start(TenantOptions.defaults().taskLimit(0));
        for (int i = 0; i < 1_001; i++) {
            caller.tasks();
        }

        assertThat(caller.tasks().status()).isEqualTo(200);
    }
}
