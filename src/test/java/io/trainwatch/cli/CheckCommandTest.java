package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.simulator.Simulator;
import io.trainwatch.simulator.SimulatorOptions;
import io.trainwatch.simulator.TaskEnding;
import io.trainwatch.simulator.TaskScript;
import io.trainwatch.simulator.TenantApi;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {

    @TempDir
    private Path folder;

    private Simulator simulator;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        simulator = Simulator.start(SimulatorOptions.demo(1)
                .jobs(List.of())
                .tasks(List.of(TaskScript.of("shop", "intents", TaskEnding.DONE))));
        Map<String, String> values = simulator.properties(Set.of(TenantApi.TASKS), false);
        values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("store.db"));
        values.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        values.put("trainwatch.http.port", "0");
        config = Files.write(
                folder.resolve("my.properties"),
                values.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + entry.getValue())
                        .toList());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void endsWithZeroAndATableWhereAllIsWell() {
        StringWriter out = new StringWriter();
        assertThat(run(out)).isZero();
        assertThat(out.toString())
                .containsPattern("ok +tenant demo +credentials +the API key is accepted")
                .containsPattern("- +tenant demo +cancelling ")
                .endsWith(String.format("%nProblems: 0, warnings: 0.%n"))
                .doesNotContain("PROBLEM", "simulated-api-key");
    }

    @Test
    void endsWithTwoAndSaysWhatToDoWhereSomethingIsNot() {
        simulator.tenant().tasks().withdraw("shop");
        StringWriter out = new StringWriter();
        assertThat(run(out)).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString())
                .containsPattern("PROBLEM +tenant demo +project [0-9a-f]+ +403: the client is not a member")
                .containsPattern("\n +-> Assign the client")
                .contains("Problems: 1, warnings: 0.");
    }

    @Test
    void programsReadItAsJson() throws Exception {
        simulator.tenant().revokeApiKey();
        StringWriter out = new StringWriter();
        assertThat(run(out, "--json")).isEqualTo(ExitCode.USAGE);
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.path("ok").asBoolean(true)).isFalse();
        assertThat(answer.path("checks")).anySatisfy(check -> {
            assertThat(check.path("what").asText()).isEqualTo("credentials");
            assertThat(check.path("status").asText()).isEqualTo("problem");
            assertThat(check.path("remedy").asText()).contains("trainwatch.tenant.demo.api-key");
        });
    }

    private int run(StringWriter out, String... more) {
        CommandLine line = new CommandLine(new CheckCommand()).setOut(new PrintWriter(out));
        return line.execute(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("-c", config.toString()), java.util.stream.Stream.of(more))
                .toArray(String[]::new));
    }
}
