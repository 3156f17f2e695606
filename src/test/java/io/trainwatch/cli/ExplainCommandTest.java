package io.trainwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.ExportForTests;
import io.trainwatch.audit.ForgedLines;
import io.trainwatch.audit.Journal;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Store;
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

    @Test
    void storeAndKeysOfTheConfigurationTellForgedLinesFromOthers() throws IOException {
        Path audit = folder.resolve("audit");
        String url = "jdbc:sqlite:" + folder.resolve("store.db");
        try (Store store = Store.open(url, null, null)) {
            store.transaction(handle -> {
                new Journal(store).write(handle, entry(AuditAction.MONITOR_START));
                return null;
            });
            new ExportForTests(store, "node", audit, new SettableClock()).turn(null);
        }
        Path config = Files.writeString(
                folder.resolve("my.properties"),
                "trainwatch.audit.directory=" + audit + "\ntrainwatch.store.url=" + url + "\n");
        assertThat(run(new ExplainCommand(), "a:p/j", "-c", config.toString()))
                .as(out.toString())
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).doesNotContain("NOT PROVEN", "Not checked");
        assertThat(run(new AuditCommand(), "verify", audit.toString(), "--store", url))
                .isEqualTo(ExitCode.OK);

        ForgedLines.append(audit, entry(AuditAction.AUTO_CANCEL_TRIGGERED));
        assertThat(run(new ExplainCommand(), "a:p/j", "-c", config.toString())).isEqualTo(ExitCode.AUDIT_FAULT);
        assertThat(out.toString()).contains("NOT PROVEN, perhaps forged", "was not cancelled by Trainwatch");
        assertThat(run(new AuditCommand(), "verify", audit.toString(), "--store", url))
                .isEqualTo(ExitCode.AUDIT_FAULT);
        assertThat(out.toString()).contains(".jsonl line 2: line 2 of the chain is not known to the store");
    }

    @Test
    void aTailUnderNoSignatureIsNotProvenWhereThereIsAKeyAndNoStore() throws IOException {
        Path audit = folder.resolve("audit");
        try (Store store = Store.open("jdbc:sqlite:" + folder.resolve("store.db"), null, null)) {
            store.transaction(handle -> {
                new Journal(store).write(handle, entry(AuditAction.MONITOR_START));
                return null;
            });
            new ExportForTests(store, "node", audit, new SettableClock()).turn(null);
        }
        String key = "hmac:" + "QUFB".repeat(8);
        assertThat(run(new AuditCommand(), "verify", audit.toString(), "--key", key))
                .isEqualTo(ExitCode.UNPROVEN);
        assertThat(out.toString())
                .startsWith("UNPROVEN  1 line in 1 file, the chain is whole, but its last line is not");
        assertThat(run(new AuditCommand(), "verify", audit.toString())).isEqualTo(ExitCode.OK);
        Path link = Files.createSymbolicLink(folder.resolve("link"), audit);
        assertThat(run(
                        new AuditCommand(),
                        "verify",
                        audit.toString(),
                        folder + "/./audit",
                        link.toString(),
                        link + "/" + Files.list(audit).findFirst().orElseThrow().getFileName()))
                .as("one folder, however it is written")
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("OK  1 line in 1 file");
    }

    private static AuditEntry entry(AuditAction action) {
        return new AuditEntry(
                SettableClock.START, "a", "p", "j", action, "{\"rule\":\"max-cpu\",\"observed\":99,\"limit\":95}");
    }

    private int explain(Path audit) {
        return run(new ExplainCommand(), "a:p/j", "--audit", audit.toString());
    }

    private int run(Object command, String... arguments) {
        out.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(out);
        return new CommandLine(command)
                .setOut(writer)
                .setErr(writer)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    writer.println(failure.getMessage());
                    writer.flush();
                    return failure instanceof UsageException ? ExitCode.USAGE : ExitCode.SOFTWARE;
                })
                .execute(arguments);
    }
}
