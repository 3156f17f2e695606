package io.trainwatch.audit;

import static io.trainwatch.audit.ExportForTests.append;
import static io.trainwatch.audit.ExportForTests.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** The part of the route {@code trainwatch-write-audit} that appends lines is played by the test. */
@OnBothEngines
class AuditExportTest {

    private static final CamelContext CONTEXT = new DefaultCamelContext();
    private static final Duration DUTY = Duration.ofSeconds(20);
    private static final Pattern ROW = Pattern.compile("\"row\":(\\d+)");

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private Store store;
    private Path directory;
    private int written;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
        directory = folder.resolve("audit");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void rowsBecomeLinesInTheirOrderAndAreGoneThen() throws Exception {
        AuditExport export = export("node-1");
        write(5);
        assertThat(turn(export)).isEqualTo(5);
        write(3);
        assertThat(turn(export)).isEqualTo(3);
        assertThat(turn(export)).as("nothing is left").isZero();
        assertWhole(8);
        assertThat(new Journal(store).unexported()).isZero();
        assertThat(new Journal(store).size()).isEqualTo(8);
    }

    @Test
    void whatIsHostileInARowIsEscapedInItsLine() throws Exception {
        store.transaction(handle -> {
            new Journal(store)
                    .write(
                            handle,
                            new AuditEntry(
                                    clock.instant(),
                                    "acme",
                                    "bots",
                                    "j",
                                    AuditAction.STATE_CHANGED,
                                    "{\"row\":0,\"text\":\"\u009b\u2028\u202e\"}"));
            return null;
        });
        finish(export("node-1"));
        assertThat(Files.readString(files().get(0))).contains("\"text\":\"\\u009b\\u2028\\u202e\"");
        assertWhole(1);
    }

    @Test
    void aLongJournalIsWrittenInGroups() throws Exception {
        write(4_500);
        AuditExport export = export("node-1");
        assertThat(turn(export))
                .as("4,000 rows and a checkpoint every 1,000 lines")
                .isEqualTo(4_004);
        assertThat(turn(export)).isEqualTo(500);
        assertWhole(4_500);
    }

    @Test
    void aNewDayIsANewFileAndTheChainGoesOn() throws Exception {
        AuditExport export = export("node-1");
        write(2);
        turn(export);
        clock.advance(Duration.ofDays(1));
        write(2);
        turn(export);
        assertThat(files()).hasSize(2);
        assertWhole(4);
    }

    @Test
    void afterACrashBeforeAnythingWasAppendedTheSameLinesAreWritten() throws Exception {
        write(3);
        AuditExport.Group lost = next(export("node-1"));
        write(2);
        AuditExport.Group again = next(export("node-1"));
        assertThat(again.bytes()).isEqualTo(lost.bytes());
        finish(export("node-1"));
        assertWhole(5);
    }

    @Test
    void afterACrashBetweenAppendingAndForcingNoLineIsWrittenTwice() throws Exception {
        write(3);
        AuditExport.Group group = next(export("node-1"));
        append(group, group.bytes().length);
        write(2);
        finish(export("node-1"));
        assertWhole(5);
    }

    @Test
    void aCrashWhileAppendingLeavesNoTraceWhereverItHappens() throws Exception {
        write(2);
        finish(export("node-1"));
        write(2);
        AuditExport.Group group = next(export("node-1"));
        byte[] before = Files.readAllBytes(group.file());
        Map<String, Object> chain = row("select * from chain");
        Map<String, Object> file = row("select * from audit_file");
        for (int cut : cuts(group.bytes())) {
            Files.write(group.file(), before);
            append(group, cut);
            restore(group, chain, file);
            finish(export("node-1"));
            assertWhole(4);
        }
    }

    /** On SQLite, where a turn is quick, every byte of the last line; else the ends of lines and some others. */
    private List<Integer> cuts(byte[] bytes) {
        List<Integer> cuts = new ArrayList<>();
        Random random = new Random(11);
        for (int i = 0; i <= bytes.length; i++) {
            boolean atEnd = i == 0 || i == bytes.length || bytes[i - 1] == '\n' || bytes[i] == '\n';
            boolean inLastLine = i > bytes.length / 2;
            if (atEnd || engine == Engine.SQLITE && inLastLine || random.nextInt(30) == 0) {
                cuts.add(i);
            }
        }
        return cuts;
    }

    /** Makes the store what it was when the group had its place and nothing else had happened. */
    private void restore(AuditExport.Group group, Map<String, Object> chain, Map<String, Object> file) {
        ChainStore.in(store, handle -> {
            handle.execute("delete from journal");
            List<Long> ids = new ArrayList<>();
            for (AuditLine line : group.lines()) {
                ids.add(Journal.insert(handle, entry((int) line.seq() - 1)));
            }
            handle.createUpdate("update chain set placed = :placed, exported_seq = :seq, exported_hash = :hash,"
                            + " checkpoint_seq = :checkpoint, open_tree = :tree")
                    .bind("placed", ChainState.Pending.of(ids).text())
                    .bind("seq", chain.get("exported_seq"))
                    .bind("hash", chain.get("exported_hash"))
                    .bind("checkpoint", chain.get("checkpoint_seq"))
                    .bind("tree", chain.get("open_tree"))
                    .execute();
            handle.createUpdate("update audit_file set last_seq = :seq, last_hash = :hash, bytes = :bytes")
                    .bind("seq", file.get("last_seq"))
                    .bind("hash", file.get("last_hash"))
                    .bind("bytes", file.get("bytes"))
                    .execute();
        });
    }

    private Map<String, Object> row(String query) {
        return store.read(handle -> handle.createQuery(query).mapToMap().one());
    }

    @Test
    void aCrashBeforeMidnightIsMendedAfterIt() throws Exception {
        write(3);
        AuditExport.Group group = next(export("node-1"));
        append(group, group.bytes().length / 2);
        clock.advance(Duration.ofDays(1));
        write(1);
        finish(export("node-1"));
        assertThat(files()).hasSize(2);
        assertWhole(4);
    }

    @Test
    void afterAFailureToAppendTheExportLooksAtTheFileAnew() throws Exception {
        AuditExport export = export("node-1");
        write(2);
        finish(export);
        write(3);
        AuditExport.Group group = next(export);
        append(group, group.bytes().length - 20);
        Exchange failed = new DefaultExchange(CONTEXT);
        failed.setProperty(Exchange.EXCEPTION_CAUGHT, new IOException("No space left on device"));
        export.failed(failed);
        finish(export);
        assertWhole(5);
    }

    @Test
    void aNewStoreDoesNotTakeOverTheFileThatIsThere() throws Exception {
        write(4);
        finish(export("node-1"));
        byte[] before = Files.readAllBytes(files().get(0));
        store.close();
        store = FreshDatabase.on(engine, folder).open();
        write(3);
        finish(export("node-1"));
        assertThat(Files.readAllBytes(files().get(0))).isEqualTo(before);
        assertThat(Files.readAllLines(files().get(1)))
                .hasSize(4)
                .first()
                .asString()
                .contains("AUDIT_FAULT", "\"last_known\":0");
        assertThat(AuditVerification.verify(List.of(directory)).isWhole()).isFalse();
    }

    @Test
    void anOlderStoreDoesNotTakeOverLinesThatNothingProves() throws Exception {
        write(4);
        finish(export("node-1"));
        StoredAudit backup = StoredAudit.of(store);
        write(3);
        finish(export("node-1"));
        byte[] before = Files.readAllBytes(files().get(0));
        backup.restore(store);
        write(2);
        finish(export("node-1"));
        assertThat(Files.readAllBytes(files().get(0))).isEqualTo(before);
        assertThat(Files.readAllLines(files().get(1)))
                .hasSize(3)
                .first()
                .asString()
                .contains("AUDIT_FAULT", "\"last_known\":4");
    }

    @Test
    void onlyTheNodeOnDutyWrites() throws Exception {
        AuditExport first = export("node-1");
        AuditExport second = export("node-2");
        write(1);
        assertThat(turn(first)).isEqualTo(1);
        write(1);
        assertThat(turn(second)).isZero();
        clock.advance(DUTY.minusMillis(1));
        assertThat(turn(second)).isZero();
        assertThat(turn(first)).isEqualTo(1);
        clock.advance(DUTY.minusMillis(1));
        write(1);
        assertThat(turn(second)).as("the first has prolonged its duty").isZero();
        assertWhole(2);
    }

    @Test
    void anotherNodeTakesOverWhenTheDutyHasLapsed() throws Exception {
        AuditExport first = export("node-1");
        AuditExport second = export("node-2");
        write(2);
        turn(first);
        write(3);
        AuditExport.Group lost = next(first);
        append(lost, lost.bytes().length / 2);

        clock.advance(DUTY);
        finish(second);
        assertThat(turn(first)).isZero();
        assertWhole(5);
    }

    @Test
    void aNodeThatComesBackToItsDutySeesWhatAnotherLeftBehind() throws Exception {
        AuditExport first = export("node-1");
        AuditExport second = export("node-2");
        write(2);
        turn(first);
        clock.advance(DUTY);
        write(3);
        AuditExport.Group lost = next(second);
        append(lost, lost.bytes().length);

        clock.advance(DUTY);
        write(1);
        finish(first);
        assertWhole(6);
    }

    @Test
    void aNodeThatWasThoughtDeadDoesNotTurnTheChainBack() throws Exception {
        AuditExport slow = export("node-1");
        AuditExport other = export("node-2");
        write(2);
        AuditExport.Group late = next(slow);
        append(late, late.bytes().length);
        clock.advance(DUTY);
        write(3);
        finish(other);

        assertThatThrownBy(() -> slow.written(late)).as("the file is longer").isInstanceOf(IOException.class);

        clock.advance(DUTY);
        write(2);
        finish(other);
        assertWhole(7);
    }

    @Test
    void theFileIsWholeAndNoRowIsMissingWhateverHappensInWhateverOrder() throws Exception {
        int histories = engine == Engine.SQLITE ? 12 : 4;
        for (int seed = 1; seed <= histories; seed++) {
            store.close();
            store = FreshDatabase.on(engine, folder).open();
            directory = folder.resolve("audit-of-history-" + seed);
            written = 0;
            history(new Random(seed));
            clock.advance(DUTY);
            finish(export("the-last"));
            assertWhole(written);
        }
    }

    /** Two nodes that crash anywhere between their steps; a node with a group under way is not thought dead. */
    private void history(Random random) throws IOException {
        AuditExport[] nodes = {export("node-1"), export("node-2")};
        for (int step = 0; step < 50; step++) {
            int node = random.nextInt(2);
            switch (random.nextInt(6)) {
                case 0, 1 -> write(1 + random.nextInt(4));
                case 2 -> clock.advance(Duration.ofSeconds(random.nextInt(30)));
                case 3 -> clock.advance(Duration.ofHours(random.nextInt(8)));
                case 4 -> turn(nodes[node]);
                default -> {
                    AuditExport.Group group = next(nodes[node]);
                    if (group != null) {
                        append(group, random.nextInt(3) == 0 ? 0 : random.nextInt(group.bytes().length + 1));
                    }
                    nodes[node] = export("node-" + (node + 1) + "-restarted-in-" + step);
                }
            }
        }
    }

    private AuditExport export(String node) {
        return ExportForTests.of(store, node, TestOptions.in(directory), clock);
    }

    /** Adds rows to the journal, each of which tells its number. */
    private void write(int rows) {
        store.transaction(handle -> {
            for (int i = 0; i < rows; i++) {
                new Journal(store).write(handle, entry(written++));
            }
            return null;
        });
    }

    private static AuditEntry entry(int row) {
        return new AuditEntry(
                SettableClock.START.plusMillis(row),
                "acme",
                "bots",
                "job-" + row % 3,
                AuditAction.STATE_CHANGED,
                "{\"row\":" + row + ",\"text\":\"Zürich \\\"1\\\"\"}");
    }

    /** What the route does once; says how many lines were written. */
    private static int turn(AuditExport export) throws IOException {
        AuditExport.Group group = next(export);
        if (group == null) {
            return 0;
        }
        append(group, group.bytes().length);
        export.written(group);
        return group.lines().size();
    }

    /** What the route does until there is nothing left. */
    private static int finish(AuditExport export) throws IOException {
        int lines = 0;
        for (int some = turn(export); some > 0; some = turn(export)) {
            lines += some;
        }
        return lines;
    }

    /** The chain is whole, and each of the first rows has exactly one line, in order. */
    private void assertWhole(int rows) throws IOException {
        AuditVerification.Result result = AuditVerification.verify(List.of(directory));
        assertThat(result.isWhole()).as(result.describe()).isTrue();
        List<Integer> numbers = new ArrayList<>();
        for (Path file : files()) {
            for (String line : Files.readAllLines(file)) {
                if (line.contains("\"action\":\"CHECKPOINT") || line.contains("\"action\":\"AUDIT_")) {
                    continue;
                }
                Matcher row = ROW.matcher(line);
                assertThat(row.find()).isTrue();
                numbers.add(Integer.parseInt(row.group(1)));
            }
        }
        assertThat(numbers)
                .containsExactlyElementsOf(
                        Stream.iterate(0, i -> i + 1).limit(rows).toList());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> AuditFile.isName(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }
}
