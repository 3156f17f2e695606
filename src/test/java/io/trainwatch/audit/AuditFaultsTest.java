package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.trainwatch.conventions.Situation;
import io.trainwatch.signing.KeyForm;
import io.trainwatch.signing.SigningKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the audit when its disk or its files fail it. */
class AuditFaultsTest {

    @TempDir
    Path folder;

    private AuditUnderTest audit;
    private AuditBarrier gate;
    private Path mounted;

    @BeforeEach
    void open() {
        begin(TestOptions.in(folder.resolve("audit")));
    }

    @AfterEach
    void close() throws Exception {
        audit.export.end();
        audit.close();
        if (mounted != null) {
            run("umount", mounted.toString());
        }
    }

    private void begin(AuditOptions options) {
        if (audit != null) {
            audit.close();
        }
        audit = new AuditUnderTest(folder, options);
        gate = new AuditBarrier(audit.journal, audit.health);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The disk of the audit is full",
            then = "No cancel is sent meanwhile, and no line is lost or doubled once there is room")
    @Test
    void aFullDiskClosesTheGateAndNothingIsLostOrDoubledOnceThereIsRoom() throws Exception {
        Path disk = mount("size=256k");
        begin(TestOptions.in(disk.resolve("audit")));
        audit.write(50);
        audit.turns();
        assertThat(gate.whyClosed()).isEmpty();

        Path filler = disk.resolve("filler");
        fill(filler);
        seesWithinASecond("No space left");
        audit.write(500);
        for (int i = 0; i < 5; i++) {
            audit.turn();
        }
        assertThat(audit.journal.unexported()).isGreaterThanOrEqualTo(500);

        Files.delete(filler);
        recovers();
        assertRows(550);
    }

    @Test
    void aDiskThatFillsWhileLinesAreAppendedLeavesHalfALineThatIsMended() throws Exception {
        Path disk = mount("size=128k");
        begin(TestOptions.in(disk.resolve("audit")));
        audit.write(20);
        audit.turns();
        Path filler = Files.write(disk.resolve("filler"), new byte[40 << 10]);
        audit.write(1_000);
        audit.turn();
        assertThat(audit.health.failure()).isPresent();
        assertThat(Files.size(audit.files().get(0))).as("a part was written").isGreaterThan(10_000);
        Files.delete(filler);
        run("mount", "-o", "remount,size=2m", disk.toString());
        recovers();
        assertRows(1_020);
    }

    @Test
    void aReadOnlyDiskClosesTheGate() throws Exception {
        Path disk = mount("size=1m");
        begin(TestOptions.in(disk.resolve("audit")));
        audit.write(5);
        audit.turns();
        // A file that is open for writing keeps root from this, but not a kernel that met an error.
        audit.export.folder.unlock();
        assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
        seesWithinASecond("Read-only");
        audit.write(5);
        audit.turn();
        run("mount", "-o", "remount,rw", disk.toString());
        recovers();
        assertRows(10);
    }

    @Test
    void aRemovedFileClosesTheGateAndTheAuditGoesOnInANewOne() throws Exception {
        audit.write(30);
        audit.turns();
        Path file = audit.files().get(0);
        String last = audit.lines().get(29);
        Files.delete(file);
        seesWithinASecond("was removed");
        audit.write(10);
        audit.turn();
        assertThat(audit.files()).as("nothing is written meanwhile").isEmpty();

        audit.clock.advance(AuditExport.PATIENCE);
        recovers();
        Path next = file.resolveSibling(AuditFile.nameAfter(file.getFileName().toString()));
        assertThat(audit.files())
                .as("the name of the lost one is not used again")
                .containsExactly(next);
        assertThat(audit.lines()).hasSize(11);
        assertThat(audit.lines().get(0))
                .contains("AUDIT_FAULT", "\"first_lost\":1,\"last_lost\":30,\"last_known\":30", "\"seq\":31")
                .contains("\"prev\":\"" + last.substring(last.length() - 66, last.length() - 2));
        assertThat(audit.health.lastFault().orElseThrow()).contains(file.getFileName() + ", which held lines 1 to 30");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(next)))
                .isEqualTo("rw-------");
        audit.restart();
        audit.write(1);
        audit.turns();
        assertThat(audit.lines()).as("told once, and gone on in the same file").hasSize(12);
    }

    @Test
    void aReplacedFileIsLeftAsItIs() throws Exception {
        audit.write(30);
        audit.turns();
        Path file = audit.files().get(0);
        Path other = Files.writeString(folder.resolve("other"), "nothing happened\n");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        seesWithinASecond("was replaced");
        audit.write(10);
        audit.clock.advance(AuditExport.PATIENCE);
        recovers();
        assertThat(file).hasContent("nothing happened\n");
        assertThat(Files.readAllLines(audit.files().get(1))).hasSize(11);
        assertThat(audit.verify().isWhole()).isFalse();
    }

    @Test
    void aFolderAPipeOrALinkInPlaceOfAFileIsNamedAndNothingHangs() throws Exception {
        audit.write(30);
        audit.turns();
        audit.export.end();
        Path file = audit.files().get(0);
        Path away = folder.resolve("away");
        Files.move(file, away);
        assumeTrue(run("mkfifo", file.toString()) == 0, "needs mkfifo");
        assertThat(audit.verify().fault().orElseThrow())
                .isEqualTo(new AuditVerification.Fault(
                        file, 0, "this is a pipe, a socket or a device, where an audit file should be"));
        assertThatThrownBy(() -> AuditReading.ofJob(List.of(file.getParent()), "job-1", line -> {}))
                .hasMessageContaining("this is a pipe");
        audit.restart();
        audit.write(1);
        recovers();
        assertThat(audit.health.lastFault().orElseThrow()).contains("this is a pipe");

        Files.delete(file);
        Files.createDirectory(file);
        assertThat(audit.verify().fault().orElseThrow().reason()).contains("this is a folder");
        Files.delete(file);
        Files.createSymbolicLink(file, folder.resolve("nowhere"));
        assertThat(audit.verify().fault().orElseThrow().reason()).contains("this is a link to what is not there");
        audit.restart();
        audit.write(1);
        recovers();
        Files.delete(file);
        Files.move(away, file);
        assertThat(audit.verify().describe()).as("the chain went on behind it").startsWith("OK");
    }

    /** What programs do that rotate logs, each with the name of what they leave. */
    enum Rotation {
        RENAMES("NAME.1"),
        RENAMES_AND_CREATES("NAME.1"),
        COPIES_AND_TRUNCATES("NAME-20261124"),
        PUTS_THE_DATE_BEFORE_THE_EXTENSION("STEM-20261124.jsonl"),
        COMPRESSES("NAME.1.gz");

        private final String left;

        Rotation(String left) {
            this.left = left;
        }

        /** @return what is left of the file */
        Path rotate(Path file) throws IOException {
            String name = file.getFileName().toString();
            Path to = file.resolveSibling(left.replace("NAME", name).replace("STEM", name.replace(".jsonl", "")));
            switch (this) {
                case COPIES_AND_TRUNCATES -> {
                    Files.copy(file, to);
                    Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
                }
                case COMPRESSES -> {
                    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(to))) {
                        Files.copy(file, packed);
                    }
                    Files.delete(file);
                }
                default -> Files.move(file, to);
            }
            if (this == RENAMES_AND_CREATES) {
                Files.createFile(file);
            }
            return to;
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "`logrotate` renames, compresses or truncates a file of the audit",
            then = "It is told as such, and the chain goes on in a new file")
    @ParameterizedTest
    @EnumSource(Rotation.class)
    void aRotatedFileIsToldAsSuchAndTheChainGoesOn(Rotation rotation) throws Exception {
        audit.write(30);
        audit.turns();
        Path file = audit.files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        Path left = rotation.rotate(file);
        String told = "; beside it lies " + left.getFileName() + ", as logrotate leaves it: put that back"
                + (rotation == Rotation.COMPRESSES ? ", unpacked," : "") + " as " + file.getFileName()
                + ", and leave the audit out of logrotate";
        seesWithinASecond(told);
        audit.write(10);
        audit.clock.advance(AuditExport.PATIENCE);
        recovers();
        assertToldAndGoneOn(told);
        assertThat(audit.lines().stream().filter(line -> line.contains("\"row\":")))
                .hasSize(10);
        if (rotation != Rotation.COMPRESSES) {
            assertThat(left).hasBinaryContent(bytes);
            Files.move(left, file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(audit.verify().describe()).startsWith("OK");
        }
    }

    @ParameterizedTest
    @EnumSource(Rotation.class)
    void aFileThatWasRotatedWhileNothingRanIsToldAsSuchByTheNextStart(Rotation rotation) throws Exception {
        audit.write(30);
        audit.turns();
        audit.export.end();
        Path left = rotation.rotate(audit.files().get(0));
        audit.restart();
        audit.write(5);
        recovers();
        assertToldAndGoneOn("beside it lies " + left.getFileName() + ", as logrotate leaves it");
    }

    private void assertToldAndGoneOn(String told) throws IOException {
        assertThat(audit.health.lastFault().orElseThrow()).contains(told);
        assertThat(audit.lines().stream().filter(line -> line.contains("AUDIT_FAULT")))
                .singleElement()
                .asString()
                .contains(told, "\"first_lost\":1,\"last_lost\":30,\"last_known\":30", "\"seq\":31");
    }

    @Test
    void aFileThatIsBroughtBackInTimeIsWrittenOn() throws Exception {
        audit.write(30);
        audit.turns();
        Path file = audit.files().get(0);
        Path away = folder.resolve("away");
        Files.move(file, away);
        seesWithinASecond("was removed");
        Files.move(away, file);
        audit.write(10);
        recovers();
        assertRows(40);
        assertThat(audit.lines()).noneMatch(line -> line.contains("AUDIT_FAULT"));
    }

    @Test
    void whatSomebodyAppendsWhileTheServiceRunsIsNeitherSignedNorRepeated() throws Exception {
        audit.write(30);
        audit.turns();
        Path file = audit.files().get(0);
        Files.writeString(file, "{\"forged\":true}\n", StandardOpenOption.APPEND);
        byte[] bytes = Files.readAllBytes(file);
        seesWithinASecond("bytes that Trainwatch did not write");
        audit.clock.advance(AuditExport.PATIENCE);
        audit.write(1);
        recovers();
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertThat(Files.readAllLines(audit.files().get(1))).hasSize(2).noneMatch(line -> line.contains("forged"));
        assertThat(audit.verify().fault().orElseThrow().line()).isEqualTo(31);
        assertThat(audit.verify().fault().orElseThrow().file()).isEqualTo(file);
    }

    @Test
    void aCrashBesideAnAttackLosesNoLineOfOurs() throws Exception {
        audit.write(30);
        audit.turns();
        audit.write(5);
        AuditExport.Group group = ExportForTests.next(audit.export);
        ExportForTests.append(group, group.bytes().length - 3);
        audit.export.end();
        Files.writeString(audit.files().get(0), "{\"forged\":true}\n", StandardOpenOption.APPEND);
        audit.restart();
        recovers();
        assertThat(Files.readAllLines(audit.files().get(1)))
                .hasSize(2)
                .first()
                .asString()
                .contains("AUDIT_FAULT", "\"last_known\":34,");
        assertThat(audit.verify().fault().orElseThrow().line()).isEqualTo(35);
    }

    @Test
    void blocksThatAPowerCutLeftUnwrittenAreNoAttack() throws Exception {
        audit.write(30);
        audit.turns();
        audit.write(5);
        AuditExport.Group group = ExportForTests.next(audit.export);
        ExportForTests.append(group, group.bytes().length / 2);
        audit.export.end();
        Files.write(audit.files().get(0), new byte[100], StandardOpenOption.APPEND);
        audit.restart();
        recovers();
        assertRows(35);
        assertThat(audit.health.lastFault()).isEmpty();
    }

    @Test
    void anOlderStoreGoesOnBehindWhatIsSignedAndNotBehindTheRest() throws Exception {
        AuditKeys keys = new AuditKeys(KeyForm.AUDIT.parse(SigningKey.generate()));
        begin(TestOptions.maxSize(100_000, TestOptions.in(folder.resolve("audit"), keys)));
        audit.write(30);
        audit.turns();
        StoredAudit backup = StoredAudit.of(audit.store);
        audit.write(1_200);
        audit.turns();
        audit.export.end();
        backup.restore(audit.store);
        audit.restart();
        audit.write(3);
        recovers();
        assertThat(audit.health.lastFault().orElseThrow()).contains("The last line that the store knows is 1000");
        assertThat(audit.lines())
                .anyMatch(line -> line.contains("\"store_line\":30,\"file_line\":1000"))
                .anyMatch(line -> line.contains("\"seq\":1001,") && line.contains("AUDIT_FAULT"));
        assertThat(audit.verify().fault().orElseThrow().reason())
                .as("what is not signed is not known")
                .contains("Trainwatch did not write");
    }

    @Test
    void anOlderStoreGoesOnBehindACleanEndWithoutAFault() throws Exception {
        AuditKeys keys = new AuditKeys(KeyForm.AUDIT.parse(SigningKey.generate()));
        begin(TestOptions.maxSize(100_000, TestOptions.in(folder.resolve("audit"), keys)));
        audit.write(30);
        audit.turns();
        StoredAudit backup = StoredAudit.of(audit.store);
        audit.write(1_200);
        audit.turns();
        audit.export.stopping();
        audit.turns();
        audit.export.end();
        backup.restore(audit.store);
        audit.restart();
        audit.write(3);
        recovers();
        assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
        assertThat(audit.lines()).anyMatch(line -> line.contains("the store is older than the files"));
        audit.restart();
        audit.write(3);
        audit.turns();
        assertThat(audit.lines().stream().filter(line -> line.contains("AUDIT_FAULT")))
                .hasSize(1);
        assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
    }

    @Test
    void aStoreOfAnotherAuditIsNoticed() throws Exception {
        audit.write(30);
        audit.turns();
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (AuditUnderTest other = new AuditUnderTest(elsewhere, TestOptions.in(elsewhere.resolve("audit")))) {
            AuditVerification.Request request = AuditVerification.Request.of(List.of(audit.options.directory()))
                    .with(Optional.of(() -> KnownLines.of(other.store)));
            assertThat(AuditVerification.verify(request).fault().orElseThrow().reason())
                    .contains("the store knows no line: it belongs to another audit, or was made anew");
            other.write(AuditAction.STATUS_CHECK, 20);
            other.turns();
            assertThat(AuditVerification.verify(request).fault().orElseThrow().reason())
                    .contains("the store belongs to another audit");
        }
    }

    @Test
    void aFileThatWasCutUnderTheServiceLosesItsLinesAndTheAuditTellsWhich() throws Exception {
        audit.write(30);
        audit.turns();
        Path file = audit.files().get(0);
        truncate(file, 20);
        seesWithinASecond("was cut from");
        audit.clock.advance(AuditExport.PATIENCE);
        audit.write(5);
        recovers();
        assertLossIsTold(21, 30);
    }

    @Test
    void aStartAfterACutOrAnOlderFileSaysSoAndGoesOnInANewFile() throws Exception {
        audit.write(30);
        audit.turns();
        audit.export.end();
        truncate(audit.files().get(0), 20);
        audit.restart();
        audit.turns();
        assertThat(audit.health.lastFault().orElseThrow()).contains("lines 21 to 30");
        audit.write(5);
        recovers();
        assertThat(audit.files()).hasSize(2);
        assertLossIsTold(21, 30);
        audit.restart();
        audit.write(1);
        audit.turns();
        assertThat(audit.lines().stream().filter(line -> line.contains("AUDIT_FAULT")))
                .as("told once")
                .hasSize(1);
        assertThat(audit.health.lastFault()).as("and known after every start").isPresent();
    }

    @Test
    void aStartWithoutTheFolderSaysWhatIsLost() throws Exception {
        audit.write(30);
        audit.turns();
        audit.export.end();
        Files.delete(audit.files().get(0));
        Files.delete(audit.options.directory().resolve(".audit-writer"));
        Files.delete(audit.options.directory());
        audit.restart();
        audit.write(5);
        recovers();
        assertThat(audit.lines().get(0)).contains("AUDIT_FAULT", "\"first_lost\":1,\"last_lost\":30");
        assertThat(audit.verify().fault().orElseThrow().reason()).contains("lines 1 to 30 are missing");
    }

    @Test
    void aLineThatIsTornAtAnyByteIsMendedByTheNextStart() throws Exception {
        audit.write(2);
        audit.turns();
        audit.export.end();
        Path file = audit.files().get(0);
        byte[] before = Files.readAllBytes(file);
        audit.restart();
        audit.write(1);
        AuditExport.Group group = ExportForTests.next(audit.export);
        for (int length = 0; length <= group.bytes().length; length++) {
            audit.export.end();
            Files.write(file, before);
            ExportForTests.append(group, length);
            AuditFile.Tail tail = AuditFile.tail(file);
            assertThat(tail.torn()).isEqualTo(length == group.bytes().length ? 0 : length);
            assertThat(audit.verify().isWhole()).as("half a line is no fault").isTrue();
        }
        audit.restart();
        audit.write(1);
        audit.turns();
        assertRows(4);
    }

    @Test
    void tooManyRowsThatWaitAreCountedUnlessTheyTellOfAChange() throws Exception {
        begin(TestOptions.maxWaiting(20, TestOptions.in(folder.resolve("audit"))));
        audit.write(1);
        audit.turns();
        Path file = audit.files().get(0);
        Path away = folder.resolve("away");
        Files.move(file, away);
        audit.write(25);
        Awaitility.await().until(() -> {
            audit.turn();
            long before = audit.journal.unexported();
            audit.write(AuditAction.STATUS_CHECK, 1);
            return audit.journal.unexported() == before;
        });
        audit.write(AuditAction.STATUS_CHECK, 6);
        audit.write(AuditAction.STATE_CHANGED, 3);
        Files.move(away, file);
        recovers();
        audit.write(1);
        audit.turns();
        assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
        assertThat(audit.lines().stream().filter(line -> line.contains("STATE_CHANGED")))
                .hasSize(30);
        assertThat(audit.lines().stream().filter(line -> line.contains("AUDIT_GAP")))
                .singleElement()
                .asString()
                .contains("\"not_kept\":{\"STATUS_CHECK\":7}");
    }

    private void seesWithinASecond(String reason) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    audit.turn();
                    assertThat(gate.whyClosed().orElse("")).contains(reason);
                });
        assertThat(audit.health.failure()).isPresent();
    }

    private void recovers() {
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> {
            audit.turns();
            return audit.health.failure().isEmpty() && audit.journal.unexported() == 0;
        });
        assertThat(gate.whyClosed()).isEmpty();
    }

    /** The chain is whole, and each row has exactly one line, in order. */
    private void assertRows(int rows) throws IOException {
        assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
        List<Integer> told = audit.lines().stream()
                .filter(line -> line.contains("\"row\":"))
                .map(line -> Integer.parseInt(line.replaceAll("(?s).*\"row\":(\\d+).*", "$1")))
                .toList();
        assertThat(told)
                .containsExactlyElementsOf(IntStream.range(0, rows).boxed().toList());
    }

    private void assertLossIsTold(int first, int last) throws IOException {
        assertThat(audit.lines())
                .anyMatch(line -> line.contains("AUDIT_FAULT")
                        && line.contains("\"first_lost\":" + first + ",\"last_lost\":" + last));
        assertThat(audit.verify().fault().orElseThrow().reason())
                .contains(
                        "line " + first + " of the chain should be here", "when Trainwatch found that they were gone");
    }

    private static void truncate(Path file, int lines) throws IOException {
        String kept = String.join("\n", Files.readAllLines(file).subList(0, lines)) + "\n";
        Files.writeString(file, kept, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    private Path mount(String options) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/mounts")), "needs Linux");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) == 0,
                "needs the right to mount a tmpfs, as root has");
        mounted = disk;
        return disk;
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < 4_096; i++) {
                out.write(new byte[1_024]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
