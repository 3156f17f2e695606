package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is said of an audit that cannot be explained from. */
class ExplainCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void anAuditThatIsNotThereIsSaidToBeMissing() {
        assertThat(explain(folder.resolve("none"))).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).startsWith("There is no audit at ").contains("none. Name its folder with --audit");
    }

    @Test
    void aFolderThatMayNotBeReadIsNotSaidToBeMissing() throws IOException {
        Path closed = Files.createDirectory(
                folder.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("-wx------")));
        assumeThat(Files.isReadable(closed)).as("root reads everything").isFalse();
        assertThat(explain(closed)).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("closed cannot be read: let this user read it.");
    }

    @Test
    void aFileThatCannotBeReadIsBadUsageAndNoFault() throws IOException {
        Files.createDirectory(folder.resolve("audit-2026-11-27.jsonl"));
        assertThat(explain(folder)).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).startsWith("The audit cannot be read: ");
    }

    private int explain(Path audit) {
        PrintWriter writer = new PrintWriter(out);
        return new CommandLine(new ExplainCommand())
                .setOut(writer)
                .setErr(writer)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    writer.println(failure.getMessage());
                    writer.flush();
                    return failure instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
                })
                .execute("a:p/j", "--audit", audit.toString());
    }
}
