package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.JobState;
import io.trainwatch.demo.simulator.ProjectScript;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code watch} of the packaged distribution that is told to stop by a signal. */
class InterruptIT {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final ProjectScript SHOP = ProjectScript.of("shop").flows("Orders", "Returns");

    @TempDir
    Path folder;

    @Test
    void cancelsWhatItWatchesOnlyWhereItWasAskedTo() throws Exception {
        try (Simulator simulator =
                Simulator.start(SimulatorOptions.demo(1).jobs(List.of()).tasks(List.of()))) {
            simulator.tenant().tasks().addProject(SHOP).trainings(training -> training.running(Duration.ofHours(1)));
            Process cancelling =
                    start(simulator, "cancelling", "--train", SHOP.flowId("Orders"), "--cancel-on-interrupt");
            Process leaving = start(simulator, "leaving", "--train", SHOP.flowId("Returns"));
            try {
                await().atMost(LONGEST)
                        .until(() -> simulator.tenant().requests().count(RequestKind.TASK) >= 4);
                signal("INT", cancelling);
                signal("TERM", leaving);
                assertThat(cancelling.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(leaving.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            } finally {
                cancelling.destroyForcibly();
                leaving.destroyForcibly();
            }
            String told = Files.readString(folder.resolve("cancelling.txt"));
            assertThat(cancelling.exitValue()).as(told).isEqualTo(130);
            assertThat(leaving.exitValue()).isEqualTo(143);
            TaskScript cancelled = training(simulator, "Orders");
            TaskScript left = training(simulator, "Returns");
            await().atMost(LONGEST)
                    .until(() -> simulator
                                    .tenant()
                                    .tasks()
                                    .truth("shop", cancelled.taskId())
                                    .state()
                            == JobState.CANCELLED);
            assertThat(simulator.tenant().tasks().truth("shop", left.taskId()).cancels())
                    .isEmpty();
            assertThat(simulator.tenant().tasks().truth("shop", left.taskId()).state())
                    .isEqualTo(JobState.RUNNING);
            assertThat(told).contains("being cancelled, since its watch was interrupted");
            assertIntentIsAuditedBeforeTheRequest("cancelling");
        }
    }

    private void assertIntentIsAuditedBeforeTheRequest(String name) throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve(name + "-audit"))) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            List<String> cancel = lines.stream()
                    .filter(line -> line.contains("CANCEL_"))
                    .map(line -> line.replaceFirst(".*\"action\":\"([A-Z_]+)\".*", "$1"))
                    .toList();
            assertThat(cancel).containsExactly("CANCEL_ORDERED", "CANCEL_RESULT");
            assertThat(lines).anyMatch(line -> line.contains("CANCEL_ORDERED") && line.contains("interrupt"));
        }
    }

    private static TaskScript training(Simulator simulator, String flow) {
        return simulator.tenant().tasks().started().stream()
                .filter(task -> SHOP.flowId(flow).equals(task.data().get("flowId")))
                .findFirst()
                .orElseThrow();
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private Process start(Simulator simulator, String name, String... arguments) throws Exception {
        Map<String, String> properties = simulator.properties(Set.of(TenantApi.TASKS), false);
        properties.remove("trainwatch.jobs");
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve(name + ".db"));
        properties.put(
                "trainwatch.audit.directory", folder.resolve(name + "-audit").toString());
        properties.put("trainwatch.poll.interval", "500ms");
        Path config = Files.write(
                folder.resolve(name + ".properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
        List<String> command = new ArrayList<>(List.of("target/trainwatch/bin/trainwatch", "watch"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-c", config.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".txt").toFile())
                .start();
    }
}
