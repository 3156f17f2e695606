package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.DeliveryFault;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobTruth;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills {@code watch} at random moments and starts it again, until its jobs have ended; then nothing is lost, doubled or
 * made up: N1 to N6 of docs/design.md, seen from the tenant, the receiver and the audit.
 *
 * <p>{@code -Dtrainwatch.kill.kills=50 -Dtrainwatch.kill.jobs=200 -Dtrainwatch.kill.seed=7} for more.
 */
class KillIT {

    private static final int JOBS = Integer.getInteger("trainwatch.kill.jobs", 40);
    private static final int KILLS = Integer.getInteger("trainwatch.kill.kills", 4);
    private static final long SEED = Long.getLong("trainwatch.kill.seed", 1);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(8);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String THROWING = """
            - route:
                id: by-WAY
                from:
                  uri: FROM
                  steps:
                    - setBody:
                        expression:
                          simple:
                            expression: "${header.trainwatch-job} ${header.webhook-id} ${bodyAs(String)}\\n"
                            trim: false
                    - to:
                        uri: file:FOLDER
                        parameters:
                          fileName: tried-WAY.txt
                          fileExist: Append
                    - filter:
                        expression: {simple: {expression: "${random(3)} == 0"}}
                        steps:
                          - throwException:
                              exceptionType: java.lang.IllegalStateException
                              message: one of three
                    - to:
                        uri: file:FOLDER
                        parameters:
                          fileName: taken-WAY.txt
                          fileExist: Append
            """;

    /** {@code null} where only the receiver gets events. */
    private Path routes;

    private final Random random = new Random(SEED);

    @TempDir
    Path folder;

    @Test
    void nothingIsLostOnSqlite() throws Exception {
        watchThroughKills("jdbc:sqlite:" + folder.resolve("trainwatch.db"));
    }

    @Test
    void nothingIsLostOnPostgresql() throws Exception {
        try (EmbeddedPostgres postgres = postgres()) {
            watchThroughKills(url(postgres));
        }
    }

    /** Events go to routes besides, of which each throws one message of three: by their key, and by trainwatch:events. */
    @Test
    void nothingIsLostToRoutesThatThrow() throws Exception {
        routes = Files.createDirectory(folder.resolve("routes"));
        for (String way : List.of("endpoint", "component")) {
            Files.writeString(
                    routes.resolve(way + ".camel.yaml"),
                    THROWING.replace("WAY", way)
                            .replace("FOLDER", folder.toString())
                            .replace("FROM", way.equals("endpoint") ? "direct:by-endpoint" : "trainwatch:events"));
        }
        String url = "jdbc:sqlite:" + folder.resolve("trainwatch.db");
        watchThroughKills(url);
        assertEachIsTakenInOrderOrPending(url, "endpoint", "camel");
        assertEachIsTakenInOrderOrPending(url, "component", "events");
    }

    private void assertEachIsTakenInOrderOrPending(String url, String way, String target) throws Exception {
        List<String> tried = Files.readAllLines(folder.resolve("tried-" + way + ".txt"));
        List<String> taken = Files.readAllLines(folder.resolve("taken-" + way + ".txt"));
        assertThat(tried.stream().distinct().map(line -> line.split(" ", 3)[1]))
                .as("N3: the same id has the same bytes")
                .doesNotHaveDuplicates();
        assertThat(tried).as("some were thrown").hasSizeGreaterThan(taken.size());
        Map<String, List<String>> takenByJob = taken.stream()
                .distinct()
                .map(line -> line.split(" ", 3))
                .collect(Collectors.groupingBy(
                        parts -> parts[0], Collectors.mapping(parts -> parts[1], Collectors.toList())));
        Map<String, List<String>> published = new HashMap<>();
        try (Connection store = DriverManager.getConnection(url);
                ResultSet rows = store.createStatement()
                        .executeQuery("select e.job, e.id, d.status from event e join delivery d on d.event_seq = e.seq"
                                + " where d.target = '" + target + "' order by e.seq")) {
            while (rows.next()) {
                List<String> ofJob = published.computeIfAbsent(rows.getString(1), job -> new ArrayList<>());
                if (rows.getString(3).equals("delivered")) {
                    ofJob.add(rows.getString(2));
                }
            }
        }
        assertThat(published).hasSize(JOBS);
        published.forEach((job, delivered) -> {
            List<String> ofJob = takenByJob.getOrDefault(job, List.of());
            // One more may have been taken just before a kill, and be pending.
            assertThat(ofJob).as("N2, and the order of %s", job).startsWith(delivered.toArray(String[]::new));
            assertThat(ofJob.size() - delivered.size()).as(job).isBetween(0, 1);
        });
        System.out.println(tried.size() + " messages to the route " + way + ", " + taken.size() + " taken, "
                + published.values().stream().mapToInt(List::size).sum() + " events delivered");
    }

    /** On PostgreSQL, where nobody can tell that the process is gone but by its lease. */
    @Test
    void whatWasBeingDeliveredIsDeliveredByTheNextProcess() throws Exception {
        JobScript job = JobScript.of("kill", "job-0", Ending.COMPLETES).running(Duration.ofSeconds(1));
        try (EmbeddedPostgres postgres = postgres();
                Simulator simulator =
                        Simulator.start(SimulatorOptions.demo(SEED).jobs(List.of(job)))) {
            Path config = configure(simulator, url(postgres));
            simulator.receiver().faults().injectNext(DeliveryFault.HANG, 1);
            Process killed = start(config);
            Awaitility.await("an event is on its way")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> simulator.receiver().counts().received() > 0);
            killed.destroyForcibly().waitFor();

            Process next = start(config);
            assertThat(next.waitFor(1, TimeUnit.MINUTES))
                    .as("watch ends: %s", output())
                    .isTrue();
            assertThat(next.exitValue()).as(output()).isZero();
            assertThat(output()).doesNotContain("still pending");
            assertThat(simulator.receiver().counts().received()).isGreaterThan(1);
        }
    }

    private static EmbeddedPostgres postgres() throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    private static String url(EmbeddedPostgres postgres) {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    }

    private void watchThroughKills(String storeUrl) throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(SEED).jobs(scripts()))) {
            Path config = configure(simulator, storeUrl);
            int kills = 0;
            boolean ended = false;
            while (kills < KILLS && !ended) {
                Process process = start(config);
                awaitLooks(simulator, process);
                // On a slow machine the jobs may end before the last kill; then there is nothing left to kill.
                ended = process.waitFor(random.nextInt(6_000), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly().waitFor();
                    kills++;
                }
            }
            assertThat(kills)
                    .as("kills, before the jobs had ended: %s", output())
                    .isPositive();
            System.out.println("watch was killed " + kills + " times");
            Process last = start(config);
            assertThat(last.waitFor(LONGEST_RUN.toSeconds(), TimeUnit.SECONDS))
                    .as("watch ends: %s", output())
                    .isTrue();
            assertThat(last.exitValue()).as("some failed: %s", output()).isEqualTo(10);
            verify(simulator);
        }
    }

    /** So that a kill strikes a process at work, however long this machine takes to start one. */
    private static void awaitLooks(Simulator simulator, Process process) {
        long before = simulator.tenant().requests().count(RequestKind.STATUS);
        Awaitility.await("the first looks of a new process")
                .atMost(Duration.ofMinutes(1))
                .until(() -> !process.isAlive() || simulator.tenant().requests().count(RequestKind.STATUS) > before);
    }

    private List<JobScript> scripts() {
        Ending[] endings = {
            Ending.COMPLETES,
            Ending.COMPLETES,
            Ending.FAILS,
            Ending.BREACHES_CPU,
            Ending.BREACHES_MEMORY,
            Ending.CANCELLED_BY_OTHERS,
            Ending.STALLS
        };
        // So long that the last job ends after the last kill, whichever moments are drawn.
        int longest = 8_000 * KILLS + 10_000;
        return Stream.iterate(0, i -> i < JOBS, i -> i + 1)
                .map(i -> JobScript.of("kill", "job-" + i, endings[i % endings.length])
                        .queued(Duration.ofMillis(random.nextInt(2_000)))
                        .running(Duration.ofMillis(i == 0 ? longest : 4_000 + random.nextInt(longest - 4_000))))
                .toList();
    }

    private Path configure(Simulator simulator, String storeUrl) throws IOException {
        Map<String, String> properties = new HashMap<>(simulator.properties());
        properties.put("trainwatch.store.url", storeUrl);
        if (storeUrl.startsWith("jdbc:postgresql")) {
            properties.put("trainwatch.store.user", "postgres");
            properties.put("trainwatch.store.password", "postgres");
        }
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("trainwatch.poll.interval", INTERVAL.toMillis() + "ms");
        // The look that confirms an end comes a minute after it, and is none of those that N5 is about.
        properties.put("trainwatch.poll.confirm-after", "0s");
        properties.put("trainwatch.poll.lease", "3s");
        properties.put("trainwatch.policy.cpu-window", "cusum");
        properties.put("trainwatch.policy.memory-window", "cusum");
        properties.put("trainwatch.policy.max-stagnation", "6s");
        properties.put("trainwatch.policy.fixed-stagnation", "true");
        if (routes != null) {
            properties.put("trainwatch.routes.directory", routes.toString());
            properties.put("trainwatch.webhook.camel.endpoint", "direct:by-endpoint");
        }
        return Files.write(
                folder.resolve("kill.properties"),
                properties.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
    }

    private Process start(Path config) throws IOException {
        return new ProcessBuilder("target/trainwatch/bin/trainwatch", "watch", "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.txt").toFile()))
                .start();
    }

    private void verify(Simulator simulator) throws IOException {
        AuditVerification.Result chain = AuditVerification.verify(List.of(folder.resolve("audit")));
        assertThat(chain.isWhole()).as(chain.describe()).isTrue();
        Map<String, List<JsonNode>> audit = auditByJob();
        Map<String, List<Delivery>> delivered = simulator.receiver().deliveries().stream()
                .collect(Collectors.groupingBy(delivery -> field(delivery, "job_id")));
        for (JobScript job : simulator.tenant().jobs()) {
            JobTruth truth = simulator.tenant().truth(job.project(), job.job());
            List<JsonNode> lines = audit.getOrDefault(job.job(), List.of());
            List<Delivery> deliveries = delivered.getOrDefault(job.job(), List.of());
            assertToldOnce(job, truth, deliveries);
            assertAuditedOnce(job, truth, lines);
            assertCancelsWereAuditedBefore(job, truth, lines);
            assertThat(truth.longestUnread())
                    .as("N5: %s is looked at in time", job.job())
                    .isLessThan(INTERVAL.multipliedBy(2).plusSeconds(30));
        }
    }

    private static void assertToldOnce(JobScript job, JobTruth truth, List<Delivery> deliveries) {
        List<Delivery> ends = deliveries.stream()
                .filter(delivery -> !"null".equals(field(delivery, "final_state")))
                .toList();
        assertThat(ends).as("N2: the end of %s is delivered", job.job()).isNotEmpty();
        assertThat(ends.stream().map(Delivery::id).distinct())
                .as("N1: the end of %s has one event id", job.job())
                .hasSize(1);
        assertThat(field(ends.get(0), "final_state")).isEqualTo(truth.state().name());
        deliveries.stream()
                .collect(Collectors.groupingBy(Delivery::id))
                .forEach((id, same) -> assertThat(
                                same.stream().map(Delivery::bodyText).distinct())
                        .as("N3: %s always has the same bytes", id)
                        .hasSize(1));
    }

    private static void assertAuditedOnce(JobScript job, JobTruth truth, List<JsonNode> lines) {
        for (String action : List.of("MONITOR_START", "MONITOR_COMPLETE")) {
            assertThat(lines.stream()
                            .filter(line -> action.equals(line.get("action").asText())))
                    .as("N4: %s has one %s", job.job(), action)
                    .hasSize(1);
        }
        List<String> changes = lines.stream()
                .filter(line -> "STATE_CHANGED".equals(line.get("action").asText()))
                .map(line -> line.get("details").get("to").asText())
                .toList();
        assertThat(changes).as("N4: %s entered each state once", job.job()).doesNotHaveDuplicates();
        assertThat(changes).endsWith(truth.state().name());
    }

    private static void assertCancelsWereAuditedBefore(JobScript job, JobTruth truth, List<JsonNode> lines) {
        List<Instant> decided = lines.stream()
                .filter(line ->
                        "AUTO_CANCEL_TRIGGERED".equals(line.get("action").asText()))
                .map(line -> Instant.parse(line.get("timestamp").asText()))
                .toList();
        boolean breaches = List.of(Ending.BREACHES_CPU, Ending.BREACHES_MEMORY, Ending.STALLS)
                .contains(job.ending());
        if (!breaches) {
            assertThat(truth.cancels()).as("N6: %s keeps the policy", job.job()).isEmpty();
        }
        for (JobTruth.Cancel cancel : truth.cancels()) {
            assertThat(decided)
                    .as("N6: the cancel of %s was decided once", job.job())
                    .hasSize(1);
            assertThat(decided.get(0)).isBeforeOrEqualTo(cancel.at());
        }
    }

    private Map<String, List<JsonNode>> auditByJob() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("audit"))) {
            for (Path file : files.sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    lines.add(JSON.readTree(line));
                }
            }
        }
        return lines.stream()
                .collect(Collectors.groupingBy(line -> line.get("job_id").asText()));
    }

    private static String field(Delivery delivery, String name) {
        try {
            return JSON.readTree(delivery.bodyText()).get(name).asText();
        } catch (IOException e) {
            throw new IllegalStateException("not JSON: " + delivery.bodyText(), e);
        }
    }

    private String output() throws IOException {
        Path file = folder.resolve("output.txt");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        return String.join("\n", lines.subList(Math.max(lines.size() - 30, 0), lines.size()));
    }
}
