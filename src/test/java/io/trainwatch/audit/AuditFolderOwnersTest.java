package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes, or one after another under other names, on one folder. */
class AuditFolderOwnersTest {

    /** Longer than the duty of a node that is gone. */
    private static final Duration LAPSED = Duration.ofSeconds(21);

    @TempDir
    Path folder;

    private AuditUnderTest audit;

    @AfterEach
    void close() {
        audit.close();
    }

    private void begin(Engine engine) {
        audit = new AuditUnderTest(
                FreshDatabase.on(engine, folder).open(),
                TestOptions.retention(Duration.ofDays(3), TestOptions.in(folder.resolve("audit"))));
        as("pod-1");
    }

    /** The next process, after the one before it was killed. */
    private void as(String name) {
        audit.die();
        audit.node = name + "/1/0/12345678";
        audit.options = audit.options.ownedBy(name);
        audit.clock.advance(LAPSED);
        audit.restart();
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "Two services with different stores name one audit folder",
            then = "The first writes; the second says why it does not")
    @Test
    void twoStoresNeverWriteToOneFolder() throws Exception {
        begin(Engine.SQLITE);
        audit.write(5);
        audit.turns();
        List<String> before = audit.lines();
        try (AuditUnderTest other =
                new AuditUnderTest(FreshDatabase.on(Engine.SQLITE, folder).open(), audit.options)) {
            other.write(5);
            assertThat(other.turn()).isFalse();
            assertThat(other.health.failure().orElseThrow().reason())
                    .isEqualTo(
                            "another process holds .audit-writer locked and writes there; where it has another store,"
                                    + " give each a trainwatch.audit.directory of its own");
            assertThat(audit.lines()).isEqualTo(before);
            audit.write(5);
            audit.turns();
            assertThat(audit.verify().describe()).startsWith("OK  10 lines");
        }
    }

    @Test
    void aNodeThatOnlyStoodStillKeepsOthersFromItsFile() throws Exception {
        begin(Engine.POSTGRESQL);
        audit.write(5);
        audit.turns();
        AuditExport stopped = audit.export;
        audit.clock.advance(LAPSED);
        audit.export =
                ExportForTests.of(audit.store, "pod-2/1/0/12345678", audit.options.ownedBy("pod-2"), audit.clock);
        audit.write(5);
        assertThat(audit.turn()).as("it has the duty, and not the file").isFalse();
        assertThat(audit.lines()).hasSize(5);
        AuditExport second = audit.export;
        audit.export = stopped;
        audit.turn();
        assertThat(audit.lines()).as("it sees that it is another one's duty").hasSize(5);
        audit.export = second;
        audit.turns();
        assertThat(audit.verify().describe()).startsWith("OK  10 lines");
    }

    @Test
    void anotherProcessHoldsTheFolderUntilItIsKilled() throws Exception {
        begin(Engine.SQLITE);
        audit.write(1);
        audit.turns();
        audit.export.end();
        audit.write(1);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holding.class.getName(),
                        audit.options.directory().resolve(".audit-writer").toString())
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThat(audit.turn()).isFalse();
            assertThat(audit.health.failure().orElseThrow().reason()).contains("another process holds .audit-writer");
        } finally {
            other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        audit.turns();
        assertThat(audit.health.failure()).isEmpty();
        assertThat(audit.lines()).hasSize(2);
    }

    /** Locks a file until it is killed. */
    static final class Holding {

        private Holding() {}

        public static void main(String[] file) throws IOException {
            FileChannel channel = FileChannel.open(Path.of(file[0]), StandardOpenOption.WRITE);
            System.out.println(channel.tryLock() == null ? "not held" : "held");
            System.in.read();
        }
    }

    @Test
    void aLockWhoseFileWasRemovedIsTakenAnew() throws Exception {
        begin(Engine.SQLITE);
        audit.write(1);
        audit.turns();
        Path lock = audit.options.directory().resolve(".audit-writer");
        Files.delete(lock);
        audit.write(1);
        audit.turns();
        assertThat(lock).exists();
        assertThat(audit.lines()).hasSize(2);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A node comes back under a new name, to the same audit folder and PostgreSQL",
            then = "It takes over the files of the old one")
    @Test
    void aNodeUnderANewNameFinishesWhatTheOldOneLeft() throws Exception {
        begin(Engine.POSTGRESQL);
        audit.write(30);
        audit.turns();
        audit.write(5);
        AuditExport.Group group = ExportForTests.next(audit.export);
        ExportForTests.append(group, group.bytes().length / 2);

        as("pod-2");
        audit.write(5);
        audit.turns();
        assertThat(audit.lines()).hasSize(40).noneMatch(line -> line.contains("AUDIT_FAULT"));
        assertThat(audit.files()).hasSize(1);
        assertThat(owners()).containsExactly("pod-2");
        assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
    }

    @Test
    void aNodeUnderANewNameRemovesTheOldOnesFilesWhenTheirTimeHasCome() throws Exception {
        begin(Engine.POSTGRESQL);
        for (int day = 0; day < 3; day++) {
            audit.write(10);
            audit.turns();
            audit.clock.advance(Duration.ofDays(1));
        }
        as("pod-2");
        audit.write(10);
        audit.turns();
        List<Path> files = audit.files();
        assertThat(files).hasSize(4);
        audit.clock.advance(Duration.ofDays(1));
        audit.turns();
        AuditRetention retention = new AuditRetention(audit.store, audit.options, audit.health, audit.clock);
        retention.removeOld();
        audit.turns();
        as("pod-3"); // the removal is told, and not done yet
        audit.turns();
        retention = new AuditRetention(audit.store, audit.options, audit.health, audit.clock);
        for (int i = 0; i < 6; i++) {
            retention.removeOld();
            audit.turns();
        }
        assertThat(files.get(0)).doesNotExist();
        assertThat(owners()).containsExactly("pod-3");
        assertThat(audit.verify().describe()).startsWith("OK").contains("were removed by retention");
    }

    @Test
    void aNodeUnderANewNameMissesAFileOfTheOldOne() throws Exception {
        begin(Engine.POSTGRESQL);
        for (int day = 0; day < 3; day++) {
            audit.write(10);
            audit.turns();
            audit.clock.advance(Duration.ofDays(1));
        }
        Path oldest = audit.files().get(0);
        Files.delete(oldest);
        as("pod-2");
        audit.write(1);
        audit.turns();
        assertThat(audit.health.lastFault().orElseThrow())
                .contains(oldest.getFileName() + ", which held lines 1 to 10");
        as("pod-3");
        audit.write(1);
        audit.turns();
        assertThat(audit.lines().stream().filter(line -> line.contains("AUDIT_FAULT")))
                .as("told once, whatever the name")
                .hasSize(1);
    }

    @Test
    void nodesThatShareAFolderTakeTurnsInIt() throws Exception {
        begin(Engine.POSTGRESQL);
        audit.options = TestOptions.maxSize(8 << 10, audit.options);
        for (int turn = 0; turn < 6; turn++) {
            as("pod-" + turn % 2);
            audit.write(40);
            audit.turns();
        }
        assertThat(audit.lines()).noneMatch(line -> line.contains("AUDIT_FAULT"));
        assertThat(audit.lines().stream().filter(line -> line.contains("\"row\":")))
                .hasSize(240);
        assertThat(audit.verify().isWhole()).as(audit.verify().describe()).isTrue();
    }

    @Test
    void whatANodeHasInAFolderOfItsOwnStaysItsOwn() throws Exception {
        begin(Engine.POSTGRESQL);
        AuditOptions here = audit.options;
        AuditOptions there = TestOptions.in(folder.resolve("audit-of-2"));
        for (int turn = 0; turn < 4; turn++) {
            audit.options = turn % 2 == 0 ? here : there;
            as(turn % 2 == 0 ? "pod-1" : "pod-2");
            audit.write(10);
            audit.turns();
        }
        assertThat(owners()).containsExactly("pod-1", "pod-2");
        assertThat(AuditVerification.verify(List.of(here.directory(), there.directory()))
                        .describe())
                .startsWith("OK")
                .contains("lines in 2 files, the chain is whole");
    }

    private List<String> owners() {
        return audit.store.read(handle -> handle.createQuery("select distinct owner from audit_file order by owner")
                .mapTo(String.class)
                .list());
    }
}
