package io.trainwatch.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trainwatch.audit.AuditVerification;
import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobTruth;
import io.trainwatch.demo.simulator.RequestKind;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged service on machines whose clocks are wrong or are set, as a library shows them that stands before the
 * system's: nobody sets the clock of this machine. Needs a C compiler, and is skipped without one.
 */
class SetClocksIT {

    private static final Pattern ADDRESS = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+/api)/health");
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration AT_MOST = INTERVAL.multipliedBy(2).plusSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final List<JobScript> JOBS = IntStream.range(0, 40)
            .mapToObj(i -> JobScript.of("clocks", "job-" + i, Ending.COMPLETES).running(Duration.ofHours(1)))
            .toList();

    private final List<Machine> machines = new ArrayList<>();

    @TempDir
    Path folder;

    private Path library;

    /** A machine with the service on it. */
    private final class Machine {

        final Path home;
        final Path clock;
        final Simulator simulator;
        final Map<String, String> settings;
        Process process;

        Machine(String name, Simulator simulator, Map<String, String> settings) throws IOException {
            this.home = Files.createDirectories(folder.resolve(name));
            this.clock = home.resolve("clock");
            this.simulator = simulator;
            this.settings = new HashMap<>(settings);
            this.settings.put("trainwatch.node", name);
            this.settings.put(
                    "trainwatch.audit.directory", home.resolve("audit").toString());
            set(Duration.ZERO);
            machines.add(this);
        }

        void set(Duration ahead) throws IOException {
            byte[] seconds = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(ahead.toSeconds())
                    .array();
            Files.write(clock, seconds, StandardOpenOption.CREATE);
        }

        Machine start() throws IOException {
            Map<String, String> properties = new HashMap<>(simulator.properties());
            properties.put("trainwatch.poll.interval", INTERVAL.toMillis() + "ms");
            properties.put("trainwatch.http.port", "0");
            properties.putAll(settings);
            Path config = Files.write(
                    home.resolve("my.properties"),
                    properties.entrySet().stream()
                            .map(entry -> entry.getKey() + " = " + entry.getValue())
                            .toList());
            ProcessBuilder builder =
                    new ProcessBuilder("target/trainwatch/bin/trainwatch", "run", "-c", config.toString());
            builder.environment().put("CLOCK_FILE", clock.toString());
            builder.environment().put("LD_PRELOAD", library.toString());
            process = builder.redirectErrorStream(true)
                    .redirectOutput(home.resolve("run.log").toFile())
                    .start();
            await("the API").atMost(LONGEST).until(() -> ADDRESS.matcher(log()).find());
            return this;
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        String log() throws IOException {
            return Files.readString(home.resolve("run.log"));
        }

        String health() throws IOException, InterruptedException {
            Matcher address = ADDRESS.matcher(log());
            assertThat(address.find()).isTrue();
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.group(1) + "/health"))
                    .build();
            var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    @BeforeEach
    void makeLibrary() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
        library = folder.resolve("set-clock.so");
        Path source = Path.of("src/test/resources/clock/set-clock.c");
        try {
            Process compiler = new ProcessBuilder(
                            "cc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                    .inheritIO()
                    .start();
            assumeTrue(compiler.waitFor(30, TimeUnit.SECONDS) && compiler.exitValue() == 0);
        } catch (IOException e) {
            assumeTrue(false, "no C compiler: " + e.getMessage());
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Machine machine : machines) {
            if (machine.process != null) {
                machine.kill();
            }
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The clock is set back by an hour, on the packaged service",
            then = "Looks go on, after a restart too")
    @Test
    void looksGoOnWhereTheClockIsSetBackAndAfterARestart() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(JOBS))) {
            Machine machine = new Machine(
                            "one",
                            simulator,
                            Map.of("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db")))
                    .start();
            allAreLookedAt(simulator);
            machine.set(Duration.ofHours(-1));
            allAreLookedAt(simulator);
            allAreLookedAt(simulator);
            assertThat(machine.health()).startsWith("200 ").contains("\"degraded\" : [ ]");
            assertThat(machine.log()).containsOnlyOnce("The clock of this machine was set back by 3600 s.");
            machine.kill();
            machine.set(Duration.ofHours(-3));
            machine.start();
            allAreLookedAt(simulator);
            assertThat(machine.health()).startsWith("200 ");
            machine.set(Duration.ZERO);
            allAreLookedAt(simulator);
            assertInTime(simulator);
            machine.process.destroy();
            assertThat(machine.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertWhole(machine);
        }
    }

    @Test
    void noNodesClockKeepsOthersFromLookingOrHasJobsLookedAtTwice() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
                Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(JOBS))) {
            Map<String, String> store = Map.of(
                    "trainwatch.store.url",
                    "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                    "trainwatch.store.user",
                    "postgres",
                    "trainwatch.store.password",
                    "postgres");
            Machine right = new Machine("right", simulator, store).start();
            allAreLookedAt(simulator);
            for (Duration ahead : List.of(Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofMinutes(-10))) {
                Machine off = new Machine("off" + ahead.toSeconds(), simulator, store);
                off.set(ahead);
                off.start();
                allAreLookedAt(simulator);
                allAreLookedAt(simulator);
                assertThat(off.health())
                        .startsWith("503 ")
                        .containsPattern("due jobs cannot be claimed: The clock of this machine is [0-9.]+ s "
                                + (ahead.isNegative() ? "behind" : "ahead of") + " the database's");
                off.kill();
                allAreLookedAt(simulator);
            }
            Machine near = new Machine("near", simulator, store);
            near.set(Duration.ofSeconds(-3));
            near.start();
            allAreLookedAt(simulator);
            assertThat(near.health()).startsWith("200 ").contains(" s behind the database's");
            right.process.destroy();
            assertThat(right.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            allAreLookedAt(simulator);
            assertInTime(simulator);
            near.process.destroy();
            assertThat(near.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertWhole(right, near);
        }
    }

    private static void allAreLookedAt(Simulator simulator) {
        Instant since = Instant.now();
        await("a look at each job")
                .atMost(AT_MOST)
                .until(() -> truths(simulator).stream()
                        .allMatch(job -> job.lastRead().orElse(Instant.EPOCH).isAfter(since)));
    }

    private static void assertInTime(Simulator simulator) {
        assertThat(simulator.tenant().requests().count(RequestKind.STATUS)).isPositive();
        assertThat(truths(simulator))
                .allSatisfy(job -> assertThat(job.longestUnread()).isLessThan(AT_MOST));
    }

    private static List<JobTruth> truths(Simulator simulator) {
        return simulator.tenant().jobs().stream()
                .map(job -> simulator.tenant().truth(job.project(), job.job()))
                .toList();
    }

    private static void assertWhole(Machine... machines) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Machine machine : machines) {
            folders.add(machine.home.resolve("audit"));
            assertThat(machine.log().lines().filter(line -> line.contains(" ERROR ") || line.startsWith("\tat ")))
                    .hasSizeLessThan(5);
        }
        AuditVerification.Result audit = AuditVerification.verify(
                folders.stream().filter(Files::isDirectory).toList());
        assertThat(audit.isWhole()).as(audit.describe()).isTrue();
    }
}
