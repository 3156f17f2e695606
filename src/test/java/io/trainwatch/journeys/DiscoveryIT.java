package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.ProjectScript;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.RequestLog;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tenant of which only the projects are known: three of them, with a hundred trainings each. */
class DiscoveryIT {

    private static final List<String> PROJECTS = List.of("shop", "bank", "travel");
    private static final int TASKS = 100;
    private static final Pattern TOLD = Pattern.compile("\"job_id\":\"([^\"]*)\".*\"event_type\":\"([^\"]*)\"");

    @TempDir
    Path folder;

    @Test
    void everyTrainingIsFoundAndFollowedToItsEndByLists() throws Exception {
        List<TaskScript> tasks = scripts();
        try (Simulator simulator =
                Simulator.start(SimulatorOptions.demo(1).jobs(List.of()).tasks(tasks))) {
            Process service = start(configure(simulator));
            try {
                Awaitility.await("an event for each end")
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> told(simulator).size() >= tasks.size());
            } finally {
                service.destroy();
                service.waitFor();
            }
            Map<String, String> told = told(simulator);
            for (TaskScript task : tasks) {
                String expected = task.life().ending() == Ending.COMPLETES ? "job.completed" : "job.failed";
                assertThat(told).as(Files.readString(folder.resolve("run.log"))).containsEntry(task.taskId(), expected);
            }
            assertThat(told).as("nothing else is told of").hasSize(tasks.size());
            List<Duration> delays = tasks.stream()
                    .map(task -> simulator.tenant().tasks().truth(task.project(), task.task()))
                    .map(truth -> Duration.between(
                            truth.endedAt().orElseThrow(), truth.endServedAt().orElseThrow()))
                    .sorted()
                    .toList();
            RequestLog requests = simulator.tenant().requests();
            long lists = requests.count(RequestKind.TASK_LIST);
            long reads = requests.count(RequestKind.TASK);
            double oneByOne = tasks.stream()
                            .mapToDouble(task -> task.life().running().toMillis())
                            .sum()
                    / 3_500;
            System.out.printf(
                    "%d tasks: %d lists and %d single reads, where one read for each every 3.5 s would be %.0f;"
                            + " an end was seen after %d ms at the latest%n",
                    tasks.size(),
                    lists,
                    reads,
                    oneByOne,
                    delays.get(delays.size() - 1).toMillis());
            assertThat(delays).allMatch(delay -> delay.compareTo(Duration.ofSeconds(5)) <= 0);
            assertThat((lists + reads) * 20).isLessThan((long) oneByOne);
        }
    }

    private static List<TaskScript> scripts() {
        Random random = new Random(3);
        List<TaskScript> tasks = new ArrayList<>();
        for (String project : PROJECTS) {
            for (int i = 0; i < TASKS; i++) {
                tasks.add(TaskScript.of(project, "task-" + i, i % 10 == 9 ? Ending.FAILS : Ending.COMPLETES)
                        .createdAfter(Duration.ofMillis(random.nextInt(10_000)))
                        .running(Duration.ofMillis(20_000 + random.nextInt(20_000))));
            }
        }
        return tasks;
    }

    private static Map<String, String> told(Simulator simulator) {
        Map<String, String> told = new TreeMap<>();
        for (Delivery delivery : simulator.receiver().deliveries()) {
            Matcher found = TOLD.matcher(delivery.bodyText());
            if (found.find()) {
                told.put(found.group(1), found.group(2));
            }
        }
        return told;
    }

    private Path configure(Simulator simulator) throws Exception {
        Map<String, String> properties = new HashMap<>(simulator.properties(Set.of(TenantApi.TASKS), false));
        properties.remove("trainwatch.jobs");
        properties.put(
                "trainwatch.tenant." + Simulator.ALIAS + ".discover",
                PROJECTS.stream()
                        .map(name -> ProjectScript.of(name).projectId())
                        .collect(Collectors.joining(",")));
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("trainwatch.http.enabled", "false");
        return Files.write(
                folder.resolve("discovery.properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
    }

    private Process start(Path config) throws Exception {
        return new ProcessBuilder("target/trainwatch/bin/trainwatch", "run", "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("run.log").toFile())
                .start();
    }
}
