package com.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobState;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CamelApplicationTest {

    @TempDir
    Path folder;

    @Test
    void theMainJobRuns() throws Exception {
        List<JobScript> jobs = List.of(
                JobScript.of("main", "good", Ending.COMPLETES).running(Duration.ofSeconds(2)),
                JobScript.of("main", "greedy", Ending.BREACHES_CPU)
                        .running(Duration.ofMinutes(5))
                        .turnsAt(0.01));
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(jobs))) {
            Map<String, String> properties = new HashMap<>(simulator.properties());
            properties.values().removeIf(String::isEmpty);
            properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
            properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
            properties.put("trainwatch.poll.interval", "500ms");
            properties.put("trainwatch.policy.cpu-window", "1 of 1");
            Main main = new Main(CamelApplication.class);
            properties.forEach(main::addInitialProperty);
            main.start();
            try {
                MockEndpoint trainings = main.getCamelContext().getEndpoint("mock:trainings", MockEndpoint.class);
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(trainings.getExchanges().stream()
                                        .map(event -> event.getMessage()
                                                .getHeader("trainwatch-event-type", String.class)))
                                .contains("job.completed", "job.cancel_requested", "job.cancelled"));
                assertThat(simulator.tenant().truth("main", "greedy").state()).isEqualTo(JobState.CANCELLED);
            } finally {
                main.stop();
            }
        }
    }
}
