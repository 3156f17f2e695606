package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.optional.history.HistoryUnreadable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
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

    /** Its policies were recorded before there were warm-ups, windows that warn and steps that are learned. */
    @Test
    void aHistoryOf010IsJudgedAsItWas() {
        Path old = Path.of("src", "test", "resources", "history-0.1.0", "demo.jsonl.gz");
        assertThat(run("test", "--history", old.toString())).isZero();
        assertThat(out.toString()).contains("12 jobs, 257 looks", "Every decision came out as it was recorded.");
    }

    @Test
    void aJobThatEndedWellAndWouldHaveBeenCancelledIsSaidToLookHealthy() throws Exception {
        Path old = Path.of("src", "test", "resources", "history-0.1.0", "demo.jsonl.gz");
        Path policy = Files.writeString(
                folder.resolve("strict.yaml"), "rules:\n  - {type: cpu, above: 10, window: 3 of 3}\n");
        assertThat(run("test", "--policy", policy.toString(), "--history", old.toString()))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("  a healthy job, as it looks: it ended as COMPLETED")
                .containsPattern("\\d of those that would have been cancelled look healthy: they ended as COMPLETED");
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
        assertThat(out.toString()).contains("none cannot be read: there is no such file.");
    }

    @Test
    void whatIsNoHistoryIsSaidToBeNoneWithFileAndLine() throws Exception {
        assertThat(unreadable("empty.jsonl.gz", "")).contains("empty.jsonl.gz cannot be read: it is empty or ends too");
        assertThat(unreadable("plain.jsonl.gz", "{}\n")).contains("it is not compressed as .gz says it is");
        assertThat(unreadable("text.jsonl", "hello there\n"))
                .contains("text.jsonl is not one that policy export wrote: line 1: no JSON");
        assertThat(unreadable("cut.jsonl", Files.readString(history).substring(0, 3_000)))
                .containsPattern("cut.jsonl is not one that policy export wrote: line \\d+: ");
        assertThat(unreadable("other.jsonl", "{\"what\":1}\n"))
                .contains("other.jsonl is not one that policy export wrote: line 1: 'job' is missing");
        assertThat(unreadable("short.jsonl", "{\"x\":1}\n"))
                .contains("line 1: 'cancelling' cannot be read: its value is of another kind");
        assertThat(unreadable("state.jsonl", "{\"job\":\"a:b/c\",\"state\":\"LOST\"}\n"))
                .contains("line 1: 'state' cannot be read: it is none of [")
                .doesNotContain("io.trainwatch");
    }

    /** What is said of it by both commands that read a history. */
    private String unreadable(String name, String content) throws Exception {
        Path file = Files.writeString(folder.resolve(name), content);
        out.getBuffer().setLength(0);
        assertThat(run("test", "--policy", "docs/policy-example.yaml", "--history", file.toString()))
                .isEqualTo(ExitCode.USAGE);
        String tested = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run("export", "--history", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).endsWith(tested);
        return tested;
    }

    @Test
    void anExportOfAJobThatIsNotThereSaysSo() {
        String[] export = {
            "export",
            "--history",
            history.toString(),
            "-o",
            folder.resolve("none.gz").toString(),
            "--job"
        };
        assertThat(run(with(export, "demo:simulated/nope"))).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("0 looks were", "The history has no looks of demo:simulated/nope.");
        assertThat(run(with(export, "nope"))).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("--job nope names no job: write TENANT:PROJECT/JOB.");
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    @Test
    void aFileThatCannotBeWrittenIsSaidToBe() {
        String file = folder.resolve("x").resolve("z").toString();
        assertThat(run("simulate", "--looks", "10", file)).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("z cannot be written: there is no folder ");
        assertThat(run("export", "--history", history.toString(), "-o", file)).isEqualTo(ExitCode.USAGE);
        assertThat(run("export", "--history", history.toString(), "-o", folder.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains(folder + " cannot be written: it is a folder.");
    }

    @Test
    void aStoreIsNamedByItsPath() {
        assertThat(PolicyCommand.HistoryOption.name("jdbc:sqlite:data/trainwatch.db"))
                .isEqualTo("data/trainwatch.db");
        assertThat(PolicyCommand.HistoryOption.name("jdbc:postgresql://db/trainwatch?user=a&password=b"))
                .isEqualTo("postgresql://db/trainwatch");
    }

    private int run(String... arguments) {
        PrintWriter writer = new PrintWriter(out);
        return TrainwatchCommand.addAll(new CommandLine(new TrainwatchCommand()))
                .setOut(writer)
                .setErr(writer)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    writer.println(failure.getMessage());
                    writer.flush();
                    return failure instanceof UsageException || failure instanceof HistoryUnreadable
                            ? ExitCode.USAGE
                            : ExitCode.SOFTWARE;
                })
                .execute(
                        Stream.concat(Stream.of("policy"), Stream.of(arguments)).toArray(String[]::new));
    }
}
