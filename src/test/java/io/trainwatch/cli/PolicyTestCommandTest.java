package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code policy test}, {@code export} and {@code simulate}, as they are typed. */
class PolicyTestCommandTest {

    @TempDir
    Path folder;

    private Path history;
    private final StringWriter out = new StringWriter();

    @BeforeEach
    void simulate() {
        history = folder.resolve("history.jsonl");
        assertThat(run("simulate", "--looks", "4000", "--looks-per-job", "200", history.toString()))
                .isZero();
    }

    @Test
    void withoutAPolicyEveryDecisionComesOutAsItWasRecorded() {
        assertThat(run("test", "--history", history.toString())).isZero();
        assertThat(out.toString())
                .contains("4000 looks", "Every decision came out as it was recorded.", ", 0 something else.")
                .doesNotContain("applies to");
    }

    @Test
    void anotherPolicyIsSaidToDoOtherwiseByJob() throws Exception {
        Path policy = Files.writeString(folder.resolve("lax.yaml"), "rules:\n  - {type: memory, above: 99}\n");
        String[] test = {"test", "--policy", policy.toString(), "--history", history.toString()};
        assertThat(run(test)).isEqualTo(1);
        assertThat(out.toString())
                .containsPattern(
                        "demo:simulated/job-\\d{6}\\R  now:  was cancelled at \\S+, look \\d+, by max-"
                                + "(cpu|stagnation) \\([0-9.]+, limit (92|300), since \\S+\\)\\R  then: would have been left; what it");

        out.getBuffer().setLength(0);
        assertThat(run("test", "--json", "--policy", policy.toString(), "--history", history.toString()))
                .isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.get("looks").asInt()).isEqualTo(4_000);
        assertThat(json.get("changes")).hasSize(json.get("different").asInt()).isNotEmpty();
        assertThat(json.at("/changes/0/now/outcome").asText()).isEqualTo("cancelled");
        assertThat(json.at("/changes/0/then/outcome").asText()).isEqualTo("left");
        assertThat(json.get("same").asInt() + json.get("different").asInt())
                .isEqualTo(json.get("jobs").asInt());
    }

    @Test
    void aPolicyForOtherJobsIsSaidToTryNothing() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("others.yaml"), "applies-to: ['acme:*/*']\nrules:\n  - {type: memory, above: 1}\n");
        assertThat(run("test", "--policy", policy.toString(), "--history", history.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(out.toString())
                .containsPattern("The policy applies to none of the \\d+ jobs, so nothing was tried\\.")
                .doesNotContain("would have met");

        out.getBuffer().setLength(0);
        assertThat(run("test", "--json", "--policy", policy.toString(), "--history", history.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(new ObjectMapper().readTree(out.toString()).get("applies_to").asInt(-1))
                .isZero();
    }

    @Test
    void eachResultSaysHowManyJobsThePolicyIsFor() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("one.yaml"),
                "applies-to: ['demo:simulated/job-000001']\nrules:\n  - {type: cpu, above: 92}\n");
        run("test", "--policy", policy.toString(), "--history", history.toString());
        assertThat(out.toString()).containsPattern("The policy applies to 1 of the \\d+ jobs\\.\\R\\d+ jobs would");
    }

    @Test
    void anExemptJobIsNotCancelled() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("exempt.yaml"),
                "exempt: ['demo:*/*']\nrules:\n  - {type: memory, above: 1, window: 1 of 1}\n");
        assertThat(run("test", "--policy", policy.toString(), "--history", history.toString()))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("would have been reported, but left,")
                .doesNotContain("would have been cancelled");
    }

    @Test
    void anExportOfSomeJobsHasOnlyThese() throws Exception {
        Path some = folder.resolve("some.jsonl.gz");
        assertThat(run(
                        "export",
                        "--history",
                        history.toString(),
                        "--job",
                        "demo:simulated/job-000001",
                        "-o",
                        some.toString()))
                .isZero();
        assertThat(run("test", "--history", some.toString())).isZero();
        assertThat(out.toString()).contains(": 1 jobs, ");
    }

    @Test
    void aBadPolicyAndAMissingHistoryAreBadUsage() throws Exception {
        Path policy = Files.writeString(folder.resolve("bad.yaml"), "rules:\n  - {type: cpu, above: 200}\n");
        assertThat(run("test", "--policy", policy.toString(), "--history", history.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("bad.yaml cannot be used: line 2");
        assertThat(run("test", "--policy", folder.resolve("missing.yaml").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("missing.yaml cannot be used: there is no such file");
        assertThat(run("test", "--history", folder.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("The history").contains("cannot be read.");
    }

    private int run(String... arguments) {
        PrintWriter writer = new PrintWriter(out);
        return new CommandLine(new PolicyCommand())
                .setOut(writer)
                .setErr(writer)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    writer.println(failure.getMessage());
                    writer.flush();
                    return failure instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
                })
                .execute(arguments);
    }
}
