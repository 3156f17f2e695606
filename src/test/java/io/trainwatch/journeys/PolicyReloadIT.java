package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy file that is tried on a dry run, broken by a typing error, mended and armed, while the service runs. */
class PolicyReloadIT {

    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final String RULES = "rules:\n  - {type: cpu, above: 95, window: 1 of 1}\n";

    @TempDir
    Path folder;

    @Test
    void isTriedThenRefusedThenArmedWithoutARestart() throws Exception {
        JobScript job = JobScript.of("vision", "hot", Ending.BREACHES_CPU)
                .running(Duration.ofMinutes(5))
                .turnsAt(0.001)
                .sampledEvery(Duration.ofSeconds(1));
        Path policy = Files.createDirectories(folder.resolve("policies")).resolve("vision.yaml");
        String dry = "applies-to: ['*:vision/*']\ndry-run: true\n" + RULES;
        String armed = "applies-to: ['*:vision/*']\n" + RULES;
        Files.writeString(policy, dry);
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(List.of(job)));
                Distribution service = new Distribution(folder)) {
            service.setAll(simulator.properties())
                    .set(
                            "trainwatch.policy.directory",
                            folder.resolve("policies").toString())
                    .set("trainwatch.poll.interval", "1s");
            service.start("run");
            await("what would have been done").atMost(LONGEST).until(() -> told(simulator, "job.breached"));
            assertThat(bodies(simulator)).contains("\"withheld\":\"dry-run\"").doesNotContain("cancel_requested");

            Files.writeString(policy, armed.replace("above", "abov"));
            await("the refusal")
                    .atMost(LONGEST)
                    .until(() -> service.get("/health").contains("vision.yaml is refused: line 3"));
            assertThat(service.get("/health"))
                    .contains("did you mean 'above'?", "stays in force", "\"status\" : \"UP\"");

            Files.writeString(policy, armed);
            await("the cancel").atMost(LONGEST).until(() -> told(simulator, "job.cancelled"));
            assertThat(service.get("/health")).contains("\"degraded\" : [ ]");
            service.stop();
            assertThat(audit())
                    .contains("\"action\":\"POLICY_REFUSED\"", "\"withheld\":\"dry-run\"")
                    .containsSubsequence(
                            "POLICY_CHANGED",
                            hash(dry),
                            "CANCEL_WITHHELD",
                            hash(dry),
                            "POLICY_CHANGED",
                            hash(armed),
                            "AUTO_CANCEL_TRIGGERED",
                            hash(armed));
        }
    }

    private static boolean told(Simulator simulator, String type) {
        return bodies(simulator).contains("\"event_type\":\"" + type + "\"");
    }

    private static String bodies(Simulator simulator) {
        return simulator.receiver().deliveries().stream()
                .map(Delivery::bodyText)
                .collect(Collectors.joining("\n"));
    }

    private String audit() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("audit"))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        }
    }

    private static String hash(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes()));
    }
}
