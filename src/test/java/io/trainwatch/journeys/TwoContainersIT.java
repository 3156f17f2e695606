package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.audit.AuditVerification;
import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.store.PidNamespace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two services on one SQLite file and one audit folder, each in a PID namespace of its own, as in two containers: neither
 * takes the other for gone, and what one leaves that was killed, the other takes up.
 */
class TwoContainersIT {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Pattern ADDRESS = Pattern.compile("The API is at (\\S+)/statistics");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, Process> running = new HashMap<>();

    @AfterEach
    void stop() throws Exception {
        for (Process process : running.values()) {
            PidNamespace.kill(process);
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "Two containers share a SQLite file, on the packaged service",
            then = "Nothing is requested, published or written twice, and nothing is lost")
    @Test
    void nothingIsRequestedPublishedOrWrittenTwiceAndNothingIsLost() throws Exception {
        PidNamespace.assumeAllowed();
        List<JobScript> longOnes = jobs("long", Duration.ofMinutes(30));
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(longOnes))) {
            configure(simulator);
            start("first");
            await("looks").atMost(LONGEST_START).until(() -> allRead(simulator, longOnes, 2));
            start("second");

            Map<String, Long> before = reads(simulator, longOnes);
            long begun = System.nanoTime();
            List<JobScript> some = jobs("some", Duration.ofSeconds(3));
            watch(simulator, some, "first");
            List<JobScript> others = jobs("others", Duration.ofSeconds(3));
            watch(simulator, others, "second");
            awaitEnds(simulator, List.of(some, others));
            Map<String, Long> after = reads(simulator, longOnes);
            double intervals = (System.nanoTime() - begun) / (double) INTERVAL.toNanos();
            after.forEach((job, reads) -> assertThat(reads - before.get(job))
                    .as("%s is requested once in each of %s intervals", job, intervals)
                    .isBetween((long) (intervals / 2) - 1, (long) (intervals * 1.3) + 2));

            // What the receiver has and the store does not know of yet is sent again after a kill.
            await("deliveries are settled")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> statistics("second").contains("\"pending_deliveries\" : 0,"));
            PidNamespace.kill(running.get("first"));
            List<JobScript> late = jobs("late", Duration.ofSeconds(3));
            watch(simulator, late, "second");
            awaitEnds(simulator, List.of(late));
            long reads = simulator.tenant().requests().count(RequestKind.STATUS);
            await("looks after the kill")
                    .atMost(LONGEST_START)
                    .until(() ->
                            simulator.tenant().requests().count(RequestKind.STATUS) > reads + 2L * longOnes.size());
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertTold(simulator, List.of(some, others, late)));
            PidNamespace.kill(running.get("second"));
        }
        AuditVerification.Result audit = AuditVerification.verify(List.of(folder.resolve("audit")));
        assertThat(audit.isWhole()).as(audit.describe()).isTrue();
        for (String name : running.keySet()) {
            assertThat(log(name)).doesNotContain("Exception", "The audit is not what it was");
        }
    }

    private void assertTold(Simulator simulator, List<List<JobScript>> ended) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : List.of(folder.resolve("audit").toFile().listFiles()).stream()
                .map(java.io.File::toPath)
                .filter(file -> file.toString().endsWith(".jsonl"))
                .toList()) {
            lines.addAll(Files.readAllLines(file));
        }
        assertThat(lines).noneMatch(line -> line.contains("AUDIT_FAULT"));
        List<Delivery> deliveries = simulator.receiver().deliveries();
        assertThat(deliveries.stream().map(Delivery::id)).as("each event once").doesNotHaveDuplicates();
        for (JobScript job : ended.stream().flatMap(List::stream).toList()) {
            for (String action : List.of("MONITOR_START", "MONITOR_COMPLETE")) {
                assertThat(lines.stream()
                                .filter(line ->
                                        line.contains("\"job_id\":\"" + job.job() + "\",\"action\":\"" + action)))
                        .as("%s of %s", action, job.job())
                        .hasSize(1);
            }
            assertThat(deliveries.stream().filter(delivery -> isEndOf(delivery, job)))
                    .as("the end of %s", job.job())
                    .hasSize(1);
        }
    }

    private static boolean isEndOf(Delivery delivery, JobScript job) {
        return delivery.bodyText().contains("\"job_id\":\"" + job.job() + "\"")
                && delivery.bodyText().contains("\"event_type\":\"job.completed\"");
    }

    private static List<JobScript> jobs(String name, Duration running) {
        return IntStream.range(0, 8)
                .mapToObj(i ->
                        JobScript.of("boxes", name + "-" + i, Ending.COMPLETES).running(running))
                .toList();
    }

    /** Puts jobs on the watch list that begin now. */
    private void watch(Simulator simulator, List<JobScript> jobs, String by) throws Exception {
        jobs.forEach(simulator.tenant()::add);
        String names = jobs.stream().map(job -> "\"boxes/" + job.job() + "\"").collect(Collectors.joining(","));
        HttpRequest request = HttpRequest.newBuilder(address(by, "/jobs"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"jobs\":[" + names + "]}"))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
    }

    private String statistics(String of) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address(of, "/statistics")).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private URI address(String of, String path) throws IOException {
        Matcher address = ADDRESS.matcher(log(of));
        assertThat(address.find()).isTrue();
        return URI.create(address.group(1) + path);
    }

    private static void awaitEnds(Simulator simulator, List<List<JobScript>> jobs) {
        await("ends")
                .atMost(Duration.ofMinutes(2))
                .until(() -> jobs.stream()
                        .flatMap(List::stream)
                        .allMatch(job -> simulator.receiver().deliveries().stream()
                                .anyMatch(delivery -> isEndOf(delivery, job))));
    }

    private static boolean allRead(Simulator simulator, List<JobScript> jobs, long times) {
        return reads(simulator, jobs).values().stream().allMatch(reads -> reads >= times);
    }

    private static Map<String, Long> reads(Simulator simulator, List<JobScript> jobs) {
        return jobs.stream()
                .collect(Collectors.toMap(
                        JobScript::job,
                        job -> simulator
                                .tenant()
                                .truth(job.project(), job.job())
                                .reads()));
    }

    private void configure(Simulator simulator) throws IOException {
        Map<String, String> properties = new HashMap<>(simulator.properties());
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("trainwatch.poll.interval", INTERVAL.toSeconds() + "s");
        properties.put("trainwatch.poll.lease", "5s");
        properties.put("trainwatch.http.port", "0");
        Files.write(
                folder.resolve("boxes.properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
    }

    /** Returns when its API is there. */
    private void start(String name) throws IOException {
        List<String> command = PidNamespace.with(List.of(
                Path.of("target/trainwatch/bin/trainwatch").toAbsolutePath().toString(),
                "run",
                "-c",
                folder.resolve("boxes.properties").toString()));
        running.put(
                name,
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .start());
        await(name).atMost(LONGEST_START).until(() -> ADDRESS.matcher(log(name)).find());
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }
}
