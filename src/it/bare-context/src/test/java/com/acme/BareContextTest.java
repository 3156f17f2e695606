package com.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobState;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.servlet.CamelHttpTransportServlet;
import org.apache.camel.impl.DefaultCamelContext;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BareContextTest {

    private static final String TOKEN = "a-token-of-this-program-alone";
    private static final Duration AT_MOST = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    void theMainJobRunsAlsoInAContextThatIsStartedAgain() throws Exception {
        List<JobScript> jobs = List.of(
                JobScript.of("bare", "good", Ending.COMPLETES).running(Duration.ofSeconds(2)),
                JobScript.of("bare", "greedy", Ending.BREACHES_CPU)
                        .running(Duration.ofMinutes(5))
                        .turnsAt(0.01));
        Server server = servlets();
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(jobs));
                DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().setInitialProperties(properties(simulator));
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:trainings").process(BareContextTest.this::note);
                }
            });
            camel.start();
            await().atMost(AT_MOST)
                    .untilAsserted(() -> assertThat(events)
                            .contains(
                                    "demo:bare/good job.completed",
                                    "demo:bare/greedy job.cancel_requested",
                                    "demo:bare/greedy job.cancelled"));
            assertThat(simulator.tenant().truth("bare", "greedy").state()).isEqualTo(JobState.CANCELLED);
            URI api = server.getURI().resolve("/camel/trainwatch/jobs");
            assertThat(get(api, "").statusCode()).isEqualTo(401);
            assertThat(get(api, TOKEN).body()).contains("greedy");

            camel.stop();
            assertThat(get(api, TOKEN).statusCode()).isEqualTo(404);
            simulator.tenant().add(JobScript.of("bare", "later", Ending.COMPLETES).running(Duration.ofSeconds(2)));
            camel.start();
            assertThat(get(api, "").statusCode()).isEqualTo(401);
            assertThat(get(api, TOKEN).body()).contains("greedy");
            camel.createProducerTemplate().sendBody("trainwatch:jobs?operation=add", "{\"jobs\": [\"bare/later\"]}");
            await().atMost(AT_MOST)
                    .untilAsserted(() -> assertThat(events).contains("demo:bare/later job.completed"));
        } finally {
            server.stop();
        }
        assertThat(events).doesNotHaveDuplicates();
    }

    private void note(Exchange event) {
        Message message = event.getMessage();
        events.add(message.getHeader("trainwatch-job") + " " + message.getHeader("trainwatch-event-type"));
    }

    private Properties properties(Simulator simulator) {
        Properties properties = new Properties();
        simulator.properties().forEach((key, value) -> {
            if (!value.isEmpty() && !key.startsWith("trainwatch.webhook.")) {
                properties.put(key, value);
            }
        });
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("trainwatch.poll.interval", "500ms");
        properties.put("trainwatch.policy.cpu-window", "1 of 1");
        properties.put("trainwatch.webhook.mine.endpoint", "direct:trainings");
        properties.put("trainwatch.http.path", "/trainwatch");
        properties.put("trainwatch.http.token", TOKEN);
        return properties;
    }

    private static Server servlets() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder camel = new ServletHolder("CamelServlet", CamelHttpTransportServlet.class);
        camel.setInitOrder(1);
        context.addServlet(camel, "/camel/*");
        server.setHandler(context);
        server.start();
        return server;
    }

    private static HttpResponse<String> get(URI address, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
