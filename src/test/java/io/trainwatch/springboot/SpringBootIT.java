package io.trainwatch.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.TrainwatchPlugin;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobState;
import io.trainwatch.demo.simulator.SignatureCheck;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Runs the main job in a Spring Boot application that has the jar on its class path and its own properties, no more. */
class SpringBootIT {

    /** What a customer's application looks like to Trainwatch. */
    @SpringBootApplication
    static class Application {}

    @TempDir
    Path folder;

    @Test
    void runsTheMainJobWithTheUnmodifiedJarAndRoutes() throws Exception {
        assertThat(TrainwatchPlugin.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .endsWith(".jar");
        List<JobScript> jobs = List.of(
                JobScript.of("boot", "good", Ending.COMPLETES).running(Duration.ofSeconds(3)),
                JobScript.of("boot", "greedy", Ending.BREACHES_CPU)
                        .running(Duration.ofMinutes(5))
                        .turnsAt(0.01));
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(jobs));
                ConfigurableApplicationContext application = start(properties(simulator))) {
            assertThat(application.getBean(CamelContext.class).getRoute("trainwatch-check-job"))
                    .isNotNull();
            Awaitility.await("both ends are delivered")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(types(simulator))
                            .contains(
                                    "boot/good job.completed",
                                    "boot/greedy job.cancel_requested",
                                    "boot/greedy job.cancelled"));
            assertThat(simulator.tenant().truth("boot", "greedy").state()).isEqualTo(JobState.CANCELLED);
            assertThat(simulator.tenant().truth("boot", "good").cancels()).isEmpty();
            assertThat(simulator.receiver().deliveries()).allSatisfy(delivery -> {
                assertThat(delivery.signature()).isEqualTo(SignatureCheck.VALID);
                assertThat(delivery.authorized()).isFalse();
            });
        }
        AuditVerification.Result chain = AuditVerification.verify(List.of(folder.resolve("audit")));
        assertThat(chain.isWhole()).as(chain.describe()).isTrue();
    }

    @Test
    void aRouteInTheFolderTakesThePlaceOfTheOneInTheJar() throws Exception {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.writeString(routes.resolve("of-our-company.camel.yaml"), """
            - route:
                id: trainwatch-cancel-job
                description: Leaves all jobs alone
                from:
                  uri: direct:trainwatch-cancel-job
                  steps:
                    - log:
                        message: left alone
            - route:
                id: of-our-company
                from:
                  uri: direct:of-our-company
                  steps:
                    - log:
                        message: called
            """);
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(List.of()))) {
            Map<String, Object> properties = properties(simulator);
            properties.put("trainwatch.routes.directory", routes.toString());
            try (ConfigurableApplicationContext application = start(properties)) {
                CamelContext camel = application.getBean(CamelContext.class);
                assertThat(camel.getRoute("of-our-company")).isNotNull();
                assertThat(camel.getRoute("trainwatch-cancel-job").getDescription())
                        .isEqualTo("Leaves all jobs alone");
                assertThat(camel.getRoute("trainwatch-check-job")).isNotNull();
            }
        }
    }

    /** Beans, routes, clock and error handling of its own; environment, lists and an endpoint as a host writes them. */
    @Test
    void anApplicationWithALifeOfItsOwnStaysAsItIs() throws Exception {
        List<JobScript> jobs =
                List.of(JobScript.of("boot", "good", Ending.COMPLETES).running(Duration.ofSeconds(2)));
        List<String> events = new CopyOnWriteArrayList<>();
        List<String> called = new CopyOnWriteArrayList<>();
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(jobs))) {
            Map<String, Object> properties = properties(simulator);
            properties.keySet().removeIf(key -> key.startsWith("trainwatch.webhook."));
            properties.put("trainwatch.webhook.mine.endpoint", "direct:trainings");
            Object named = properties.remove("trainwatch.jobs");
            properties.put("trainwatch.jobs[0]", named);
            String secret =
                    properties.remove("trainwatch.tenant.demo.client-secret").toString();
            properties.put(
                    "trainwatch.tenant.demo.client-secret",
                    "{{file:" + Files.writeString(folder.resolve("secret"), secret) + "}}");
            properties.put("trainwatch.tenant.demo.base-url", "${my.address}");
            properties.put("my.address", simulator.properties().get("trainwatch.tenant.demo.base-url"));
            properties.put("camel.routecontroller.enabled", "true");
            RouteBuilder routes = new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:trainings").routeId("trainings").process(event -> {
                        if (called.isEmpty()) {
                            called.add("thrown once");
                            throw new IllegalStateException("once");
                        }
                        events.add(event.getMessage().getHeader("trainwatch-event-type", String.class));
                    });
                    for (String id : List.of("fetch-token", "check-job", "call-tenant", "serve-jobs")) {
                        from("direct:" + id).routeId(id).setBody(constant(id)).id(id + "-step");
                    }
                }
            };
            SpringApplication application = new SpringApplication(Application.class);
            application.addInitializers(context -> {
                GenericApplicationContext beans = (GenericApplicationContext) context;
                beans.registerBean("routesOfHost", RouteBuilder.class, () -> routes);
                for (String name : List.of("tenants", "outbox", "api", "reports", "leases", "figures")) {
                    beans.registerBean(name, String.class, () -> "of the host");
                }
                beans.registerBean(Clock.class, () -> Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
            });
            try (ConfigurableApplicationContext started = application.run(location(properties))) {
                Awaitility.await("the event is taken at the second time")
                        .atMost(Duration.ofSeconds(90))
                        .untilAsserted(() -> assertThat(events).containsExactly("job.completed"));
                CamelContext camel = started.getBean(CamelContext.class);
                assertThat(camel.createProducerTemplate().requestBody("direct:fetch-token", "", String.class))
                        .isEqualTo("fetch-token");
            }
        }
    }

    @Test
    void aMistypedKeyStopsTheStart() {
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(List.of()))) {
            Map<String, Object> properties = properties(simulator);
            properties.put("trainwatch.poll.intervall", "1s");
            assertThatThrownBy(() -> start(properties).close())
                    .rootCause()
                    .hasMessageContaining("trainwatch.poll.intervall")
                    .hasMessageContaining("trainwatch.poll.interval");
        }
    }

    private Map<String, Object> properties(Simulator simulator) {
        Map<String, Object> properties = new HashMap<>(simulator.properties());
        properties.values().removeIf(value -> value.toString().isEmpty());
        properties.put("trainwatch.poll.interval", "500ms");
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("spring.main.banner-mode", "off");
        properties.put("spring.main.web-application-type", "none");
        // The usual window takes minutes, and so does the warm-up.
        properties.put("trainwatch.policy.cpu-window", "1 of 1");
        return properties;
    }

    /** As a customer starts it: with a properties file of the application's own. */
    private ConfigurableApplicationContext start(Map<String, Object> properties) throws IOException {
        return new SpringApplication(Application.class).run(location(properties));
    }

    private String location(Map<String, Object> properties) throws IOException {
        Path file = Files.write(
                folder.resolve("application.properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
        return "--spring.config.location=file:" + file;
    }

    private static List<String> types(Simulator simulator) {
        return simulator.receiver().deliveries().stream()
                .map(Delivery::bodyText)
                .map(body -> field(body, "project_id") + "/" + field(body, "job_id") + " " + field(body, "event_type"))
                .toList();
    }

    private static String field(String body, String name) {
        return body.replaceFirst(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }
}
