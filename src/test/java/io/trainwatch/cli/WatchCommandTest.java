package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.Fault;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A {@code watch} that runs again on the store of an earlier one. */
class WatchCommandTest {

    @TempDir
    private Path folder;

    private Simulator simulator;
    private Map<String, String> values;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorOptions.demo(1)
                .jobs(List.of(JobScript.of("shop", "intents", Ending.COMPLETES)
                        .queued(Duration.ofMillis(1))
                        .running(Duration.ofMillis(10))))
                .tasks(List.of()));
        values = simulator.properties();
        useStore("store");
        values.put("trainwatch.http.port", "0");
        values.put("trainwatch.poll.interval", "1s");
        values.put("trainwatch.poll.unreachable-after", "3s");
    }

    private void useStore(String name) {
        values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve(name + ".db"));
        values.put("trainwatch.audit.directory", folder.resolve(name + "-audit").toString());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "`watch` is run again after a 403, 404 or 500 was mended",
            then = "It asks, and counts only what happens from then on")
    @Test
    void whatWasMendedSinceAnEarlierCommandCountsNoMore() throws Exception {
        for (Fault fault : List.of(Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.SERVER_ERROR)) {
            useStore(fault.name());
            simulator.tenant().faults().inject(fault, 1);
            assertThat(watch()).as("while %s", fault).isEqualTo(ExitCode.SOME_UNKNOWN);
            simulator.tenant().faults().clear();
            simulator.tenant().faults().injectNext(fault, 1);
            assertThat(watch()).as("after %s", fault).isZero();
        }
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "`watch` is run again after credentials were mended",
            then = "They are used")
    @Test
    void credentialsThatWereMendedAreUsed() throws Exception {
        String secret = values.put("trainwatch.tenant.demo.client-secret", "wrong");
        assertThat(watch()).isEqualTo(ExitCode.SOME_UNKNOWN);
        values.put("trainwatch.tenant.demo.client-secret", secret);
        assertThat(watch()).isZero();
    }

    private int watch() throws Exception {
        Path config = Files.write(
                folder.resolve("my.properties"),
                values.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
        CommandLine command = TrainwatchCommand.commandLine("watch");
        command.setOut(new PrintWriter(new StringWriter()));
        return command.execute("watch", "--timeout", "60s", "-c", config.toString());
    }
}
