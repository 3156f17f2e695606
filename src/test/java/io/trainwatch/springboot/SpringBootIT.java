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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

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
        Path file = Files.write(
                folder.resolve("application.properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
        return new SpringApplication(Application.class).run("--spring.config.location=file:" + file);
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
