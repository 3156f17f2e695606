package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.Trainwatch;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that is told to stop while it is being started. */
class StopDuringStartTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {300, 700, 1_100, 1_500, 1_900, 2_300, 3_000, 4_000})
    void itEndsSoonWith143AndWithoutATrace(int millis) throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(2))) {
            Map<String, String> values = simulator.properties();
            values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("store.db"));
            values.put("trainwatch.audit.directory", folder.resolve("audit").toString());
            values.put(
                    "trainwatch.routes.directory",
                    Path.of("routes").toAbsolutePath().toString());
            values.put("trainwatch.http.port", "0");
            Path config = Files.write(
                    folder.resolve("my.properties"),
                    values.entrySet().stream()
                            .map(entry -> entry.getKey() + " = " + entry.getValue())
                            .toList());
            Path log = folder.resolve("log.txt");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Trainwatch.class.getName(),
                            "run",
                            "-c",
                            config.toString())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS))
                        .as(Files.readString(log))
                        .isFalse();
                process.destroy(); // SIGTERM
                assertThat(process.waitFor(20, TimeUnit.SECONDS))
                        .as(Files.readString(log))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            List<String> lines = Files.readAllLines(log);
            assertThat(process.exitValue()).as("%s", lines).isEqualTo(143);
            assertThat(lines).noneMatch(line -> line.matches("\\s+at .*") || line.contains("Exception"));
        }
    }
}
