package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedPrometheusTest {

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant =
            SimulatedTenant.start(TenantOptions.defaults().clock(clock));
    private final TaskScript script = TaskScript.of("shop", "intents", Ending.COMPLETES);

    @AfterEach
    void stop() {
        tenant.close();
    }

    @Test
    void tellsWhatATaskUsesWhileItRuns() throws Exception {
        tenant.tasks().add(script.queued(Duration.ofSeconds(10)).running(Duration.ofSeconds(30)));
        tenant.prometheus().fix("task_cpu_percent", script.taskId(), 42.5);
        String query = "task_cpu_percent{job=\"" + script.taskId() + "\", project=\"" + script.projectId() + "\"}";
        assertThat(ask(query).body()).contains("\"resultType\":\"vector\",\"result\":[]");
        clock.advance(Duration.ofSeconds(20));
        assertThat(ask(query).body()).contains("\"job\":\"" + script.taskId() + "\"", ",\"42.500\"]");
        assertThat(ask(query.replace(script.taskId(), "other")).body()).contains("\"result\":[]");
        clock.advance(Duration.ofSeconds(30));
        assertThat(ask(query).body()).contains("\"result\":[]");
    }

    @Test
    void aQueryThatIsNotUnderstoodIsRefusedAsPrometheusRefusesIt() throws Exception {
        HttpResponse<String> answer = ask("sum(");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"status\":\"error\",\"errorType\":\"bad_data\"");
        assertThat(ask("vector(1)").body()).contains(",\"1\"]");
        assertThat(tenant.prometheus().queries()).isEqualTo(2);
    }

    @Test
    void aTokenCanBeRequired() throws Exception {
        tenant.prometheus().requireToken("secret");
        assertThat(ask("vector(1)").statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> ask(String query) throws Exception {
        URI address = URI.create(
                tenant.prometheusUrl() + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}
