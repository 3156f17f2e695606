package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged distribution that is told to stop by SIGTERM while it is being started. */
class StopDuringStartIT {

    private static final int MAX_MILLIS = 6_000;
    private static final int LONGEST_STOP_SECONDS = 20;

    /** What the service prints once its API is there, and what a watch prints of its first job. */
    private static final Pattern STARTED = Pattern.compile("The API is at|RUNNING|QUEUED|COMPLETED");

    @TempDir
    private Path folder;

    @Situation(
            of = Situation.Of.MACHINES,
            when = "SIGTERM comes at any moment of the start",
            then = "The process ends with 143, and without a trace")
    @ParameterizedTest
    @CsvSource({"run, 100", "watch, 300"})
    void endsSoonWith143AndWithoutATraceWheneverThatIs(String command, int stepMillis) throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(2))) {
            Map<String, String> values = simulator.properties();
            values.put("trainwatch.http.port", "0");
            String job = values.get("trainwatch.jobs").replaceFirst(",.*", "");
            Path config = Files.write(
                    folder.resolve("my.properties"),
                    values.entrySet().stream()
                            .map(entry -> entry.getKey() + " = " + entry.getValue())
                            .toList());
            List<String> arguments = new ArrayList<>(List.of(
                    Path.of("target/trainwatch/bin/trainwatch").toAbsolutePath().toString(), command));
            if (command.equals("watch")) {
                arguments.add(job);
            }
            arguments.addAll(List.of("-c", config.toString()));
            int millis = 0;
            while (millis < MAX_MILLIS && !hadStarted(arguments, millis)) {
                millis += stepMillis;
            }
            assertThat(millis).as("moments of the start that were tried").isGreaterThan(2 * stepMillis);
        }
    }

    /**
     * @param millis after which the signal is sent
     * @return whether it was watching jobs by then
     */
    private boolean hadStarted(List<String> command, int millis) throws IOException, InterruptedException {
        Path work = Files.createDirectory(folder.resolve("work-" + millis + "-" + command.size()));
        Path log = work.resolve("log.txt");
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean hadStarted;
        try {
            assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS))
                    .as(Files.readString(log))
                    .isFalse();
            hadStarted = STARTED.matcher(Files.readString(log)).find();
            process.destroy(); // SIGTERM
            assertThat(process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS))
                    .as("told to stop after %s ms: %s", millis, Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(log);
        assertThat(process.exitValue()).as("after %s ms: %s", millis, lines).isEqualTo(143);
        assertThat(lines)
                .as("after %s ms", millis)
                .noneMatch(line -> line.matches("\\s+at .*") || line.contains("Exception"));
        return hadStarted;
    }
}
