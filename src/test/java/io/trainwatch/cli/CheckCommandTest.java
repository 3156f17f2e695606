package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import io.trainwatch.store.Store;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
                .tasks(List.of(TaskScript.of("shop", "intents", Ending.COMPLETES))));
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
    void policyFilesThatTheServiceWouldRefuseAreProblems() throws Exception {
        Path policies = Files.createDirectory(folder.resolve("policies"));
        String rules = "rules: [{type: cpu, above: 90}]\n";
        Files.writeString(policies.resolve("a.yaml"), "default: true\n" + rules);
        Files.writeString(policies.resolve("b.yaml"), "default: true\n" + rules);
        Files.writeString(policies.resolve("c.yaml"), "rules: [\n");
        set("trainwatch.policy.directory", policies.toString());
        StringWriter out = new StringWriter();
        assertThat(run(out)).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString())
                .containsPattern("ok +policies +files +1 file can be used")
                .containsPattern(
                        "PROBLEM +policies +b.yaml +line 1, column 10: default: a.yaml is for all jobs already")
                .containsPattern("PROBLEM +policies +c.yaml +line 2, ")
                .contains("Problems: 2, warnings: 0.");
    }

    @Test
    void foldersThatAreSetAndMissingAreWarningsSinceTheServiceRunsWithoutThem() throws Exception {
        set("trainwatch.policy.directory", folder.resolve("nodir").toString());
        set("trainwatch.routes.directory", folder.resolve("noroutes").toString());
        set("trainwatch.jobs-directory", folder.resolve("nojobs").toString());
        StringWriter out = new StringWriter();
        assertThat(run(out)).isZero();
        assertThat(out.toString())
                .containsPattern("warning +policies +files +\\S+nodir is no folder that can be read: what was in force")
                .containsPattern(
                        "warning +routes +folder +\\S+noroutes is no folder: the routes that Trainwatch brings")
                .containsPattern("ok +jobs directory +files +none: there is no folder \\S+nojobs")
                .contains("Problems: 0, warnings: 2.");
    }

    @Test
    void aTenantWithoutCredentialsIsOneWarningForPeopleAndPrograms() throws Exception {
        List<String> lines = Files.readAllLines(config);
        lines.removeIf(line -> line.contains(".api-key") || line.contains(".client-"));
        Files.write(config, lines);
        StringWriter out = new StringWriter();
        run(out);
        assertThat(out.toString())
                .containsOnlyOnce("is called without a token")
                .containsPattern("- +tenant demo +credentials +none, so none are checked");
        StringWriter json = new StringWriter();
        run(json, "--json");
        assertThat(json.toString()).containsOnlyOnce("is called without a token");
    }

    private static final String ROUTE = """
            - route:
                id: trainwatch-cancel-job
                from:
                  uri: direct:trainwatch-cancel-job
                  steps:
                    -\s""";

    /** What the file is called, a step of a route in it, and what is said of it. */
    private static final List<List<String>> BROKEN_ROUTES = List.of(
            List.of("a.camel.yaml", "tooo: x", "the file cannot be loaded: "),
            List.of(
                    "b.camel.yaml",
                    "bean: {ref: trainwatchCancells, method: sent}",
                    "the route trainwatch-cancel-job cannot be made: ",
                    "trainwatchCancells",
                    "Did you mean trainwatchCancels?"),
            List.of(
                    "c.camel.yaml",
                    "bean: {ref: trainwatchCancels, method: sennt}",
                    "the route trainwatch-cancel-job cannot be made: ",
                    "sennt"),
            List.of(
                    "d.camel.yaml",
                    "to: {uri: 'seda:mine', parameters: {sizze: 3}}",
                    "the route trainwatch-cancel-job cannot be made: ",
                    "sizze"),
            List.of(
                    "e.camel.yaml",
                    "to: {uri: 'seda:{{my.naem}}'}",
                    "the route trainwatch-cancel-job cannot be made: ",
                    "my.naem"),
            List.of(
                    "f.camle.yaml",
                    "log: {message: hello}",
                    "the route trainwatch-cancel-job is not read",
                    "Rename the file."));

    @Test
    void aBrokenRouteIsAProblemWithFileAndRouteAndStopsTheServiceWithTwo() throws Exception {
        set("trainwatch.http.enabled", "false");
        Path routes = Files.createDirectory(folder.resolve("own-routes"));
        set("trainwatch.routes.directory", routes.toString());
        for (List<String> broken : BROKEN_ROUTES) {
            Path file = Files.writeString(routes.resolve(broken.get(0)), ROUTE + broken.get(1) + "\n");
            StringWriter out = new StringWriter();
            assertThat(run(out)).as(out.toString()).isEqualTo(ExitCode.USAGE);
            assertThat(out.toString()).contains(file.toString()).contains(broken.subList(2, broken.size()));
            assertThat(folder.resolve("store.db")).as("nothing is opened").doesNotExist();
            Files.delete(file);
        }
        Path file = Files.writeString(
                routes.resolve("g.camel.yaml"), ROUTE + BROKEN_ROUTES.get(1).get(1) + "\n");
        StringWriter err = new StringWriter();
        CommandLine line = TrainwatchCommand.commandLine("run").setErr(new PrintWriter(err));
        assertThat(line.execute("run", "-c", config.toString()))
                .as(err.toString())
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(file.toString()).contains("Did you mean trainwatchCancels?");
        assertThat(err.toString().strip().lines()).hasSize(1);
        Store.open("jdbc:sqlite:" + folder.resolve("store.db"), null, null).close(); // which was begun beside
    }

    private void set(String key, String value) throws Exception {
        Files.writeString(config, key + " = " + value + "\n", StandardOpenOption.APPEND);
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
