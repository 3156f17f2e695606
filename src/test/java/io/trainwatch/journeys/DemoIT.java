package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.AuditVerification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the demo of the packaged distribution as a new user would, and reads everything that it leaves. */
class DemoIT {

    /** The simulated tenant's client secret, as it is and as it is sent, and the beginning of any token and key. */
    private static final List<Pattern> CANARIES = Stream.of(
                    "simulated(\\+|%2B)secret",
                    "Bearer [A-Za-z0-9]", "sim-\\d+-[0-9a-f]{8}", "whsec_", "client_secret=")
            .map(Pattern::compile)
            .toList();

    @TempDir
    Path folder;

    @Test
    void reachesEveryOutcomeAndWritesNoSecret() throws Exception {
        Path output = folder.resolve("output.txt");
        Process demo = new ProcessBuilder(
                        "target/trainwatch/bin/trainwatch",
                        "demo",
                        "--directory",
                        folder.resolve("demo").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(demo.waitFor(150, TimeUnit.SECONDS))
                .as("the demo ends by itself")
                .isTrue();
        String story = Files.readString(output);
        assertThat(demo.exitValue()).as(story).isZero();
        assertThat(story)
                .contains("COMPLETED", "FAILED", "CANCELLED")
                .contains("broke max-cpu", "broke max-memory", "broke max-stagnation")
                .contains("webhook job.completed", "webhook job.failed", "webhook job.cancelled")
                .contains("total_monitored", "success_rate_percent", "audit_log_size")
                .doesNotContain("WARN", "ERROR", "Not delivered");
        AuditVerification.Result chain =
                AuditVerification.verify(List.of(folder.resolve("demo").resolve("audit")));
        assertThat(chain.isWhole()).as(chain.describe()).isTrue();
        assertThat(secretsIn(folder)).as("files with a secret in them").isEmpty();
    }

    private static Map<Path, String> secretsIn(Path folder) throws IOException {
        Map<Path, String> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                CANARIES.stream()
                        .filter(canary -> canary.matcher(content).find())
                        .forEach(canary -> found.put(file, canary.pattern()));
            }
        }
        return found;
    }
}
