package io.trainwatch.audit;

import io.trainwatch.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns journal rows into lines of the audit file, in order, none twice and none missing.
 *
 * <p>Three steps, each of which may be the last before a crash: {@link #next} gives rows their place in the chain and
 * commits that; camel-file appends the lines; {@link #written} forces the file to disk and then removes the rows. After
 * a crash the same rows give the same bytes, because place and chain are in the store, and the end of the file tells
 * which of them it has already. A half-written last line is cut off first.
 *
 * <p>One node exports for all ({@code duty} in the store). Used by one route, on one thread at a time.
 */
public final class AuditExport {

    private static final Logger LOG = LoggerFactory.getLogger(AuditExport.class);
    private static final int MOST_LINES = 2_000;
    private static final Duration DUTY = Duration.ofSeconds(20);

    private final Store store;
    private final String node;
    private final Path directory;
    private final InstantSource clock;
    private Instant dutyUntil = Instant.MIN;
    private boolean reconciled;

    /** @param directory holds the files; made when the first line is written */
    public AuditExport(Store store, String node, Path directory, InstantSource clock) {
        this.store = store;
        this.node = node;
        this.directory = directory;
        this.clock = clock;
    }

    /** Rows that were given their place, and their lines. */
    public record Group(List<AuditLine> lines, Path file) {

        /** The lines as they are appended, each with its newline. */
        public byte[] bytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (AuditLine line : lines) {
                bytes.writeBytes(line.bytes());
                bytes.write('\n');
            }
            return bytes.toByteArray();
        }

        long lastSeq() {
            return lines.get(lines.size() - 1).seq();
        }

        String lastHash() {
            return lines.get(lines.size() - 1).hash();
        }
    }

    /**
     * Sets the body to the next {@link Group}, or to {@code null} where there is nothing to write or another node does it.
     */
    public void next(Message message) throws IOException {
        message.setBody(null);
        if (!hasRows() || !onDuty()) {
            return;
        }
        Instant now = clock.instant();
        Path file = directory.resolve(AuditFile.nameFor(now));
        if (!reconciled) {
            reconcile();
        }
        List<AuditLine> lines = store.transaction(this::place);
        if (!lines.isEmpty()) {
            Group group = new Group(lines, file);
            message.setBody(group);
            message.setHeader(Exchange.FILE_NAME, file.getFileName().toString());
        }
    }

    /** Forces the lines of the group to disk; only then are the rows gone. */
    public void written(@Body Group group) throws IOException {
        AuditFile.force(group.file());
        settle(group.lastSeq(), group.lastHash());
    }

    /** Says that the lines could not be written, wholly or partly: the next group starts with a look at the file. */
    public void failed(Exchange exchange) {
        reconciled = false;
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        LOG.error(
                "The audit cannot be written to {}: {}. Its rows wait in the store; free the disk or mend the folder.",
                directory.toAbsolutePath(),
                cause == null ? "unknown" : String.valueOf(cause.getMessage()));
    }

    private boolean hasRows() {
        return store.read(handle -> handle.createQuery("select 1 from journal limit 1")
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    private boolean onDuty() {
        Instant now = clock.instant();
        if (now.plus(DUTY.dividedBy(2)).isBefore(dutyUntil)) {
            return true;
        }
        if (!now.isBefore(dutyUntil)) {
            // Another node may have been on duty meanwhile, and have left lines that the store does not know of.
            reconciled = false;
        }
        boolean mine = store.transaction(handle -> handle.createUpdate("update duty set lease_owner = :node,"
                                + " lease_until = :until where name = 'audit-export'"
                                + " and (lease_owner = :node or lease_until <= :now)")
                        .bind("node", node)
                        .bind("until", now.plus(DUTY).toEpochMilli())
                        .bind("now", now.toEpochMilli())
                        .execute()
                > 0);
        if (mine) {
            dutyUntil = now.plus(DUTY);
        } else {
            dutyUntil = Instant.MIN;
        }
        return mine;
    }

    /** Gives rows their place behind the last line, oldest first, unless a crash left some that have theirs. */
    private List<AuditLine> place(Handle handle) {
        ChainState state = state(handle);
        List<Row> placed = rows(handle, "where line_seq is not null order by line_seq");
        if (!placed.isEmpty()) {
            return render(placed, state.exported());
        }
        List<Row> rows = rows(handle, "order by id limit " + MOST_LINES);
        List<AuditLine> lines = render(rows, state.exported());
        PreparedBatch batch = handle.prepareBatch("update journal set line_seq = :seq where id = :id");
        for (int i = 0; i < rows.size(); i++) {
            batch.bind("seq", lines.get(i).seq()).bind("id", rows.get(i).id()).add();
        }
        if (!rows.isEmpty()) {
            batch.execute();
            AuditLine last = lines.get(lines.size() - 1);
            handle.createUpdate("update chain set seq = :seq, hash = :hash where id = 1")
                    .bind("seq", last.seq())
                    .bind("hash", last.hash())
                    .execute();
        }
        return lines;
    }

    /** Compares the end of the file with the store, after a start, a failure or a change of duty. */
    private void reconcile() throws IOException {
        for (Path file : newestFirst()) {
            AuditFile.repair(file);
            AuditFile.Tail tail = AuditFile.tail(file);
            if (tail.seq() > 0) {
                store.transaction(handle -> {
                    reconcile(handle, tail);
                    return null;
                });
                break;
            }
        }
        reconciled = true;
    }

    private void reconcile(Handle handle, AuditFile.Tail tail) {
        ChainState state = state(handle);
        if (tail.seq() <= state.exported().seq()) {
            return;
        }
        List<AuditLine> placed = render(rows(handle, "where line_seq is not null order by line_seq"), state.exported());
        boolean ours = placed.stream()
                .anyMatch(line -> line.seq() == tail.seq() && line.hash().equals(tail.hash()));
        if (ours) {
            settle(handle, tail.seq(), tail.hash());
        } else {
            // The store is new, or older than the file: go on after the file's last line, and place the rows again.
            LOG.warn(
                    "The audit file is ahead of the store (line {} against {}); the chain goes on after the file's last line",
                    tail.seq(),
                    state.exported().seq());
            handle.createUpdate("update journal set line_seq = null").execute();
            handle.createUpdate("update chain set seq = :seq, hash = :hash, exported_seq = :seq, exported_hash = :hash"
                            + " where id = 1")
                    .bind("seq", tail.seq())
                    .bind("hash", tail.hash())
                    .execute();
        }
    }

    private List<Path> newestFirst() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> AuditFile.isName(file.getFileName().toString()))
                    .sorted(Comparator.comparing(Path::getFileName).reversed())
                    .toList();
        }
    }

    private void settle(long seq, String hash) {
        store.transaction(handle -> {
            settle(handle, seq, hash);
            return null;
        });
    }

    private static void settle(Handle handle, long seq, String hash) {
        int rows = handle.createUpdate("update chain set exported_seq = :seq, exported_hash = :hash"
                        + " where id = 1 and exported_seq < :seq")
                .bind("seq", seq)
                .bind("hash", hash)
                .execute();
        // No row: this node was thought dead, and another one has come further.
        if (rows > 0) {
            handle.createUpdate("delete from journal where line_seq <= :seq")
                    .bind("seq", seq)
                    .execute();
        }
    }

    private static ChainState state(Handle handle) {
        return handle.createQuery("select exported_seq, exported_hash from chain where id = 1")
                .map((row, context) ->
                        new ChainState(new AuditChain(row.getLong("exported_seq"), row.getString("exported_hash"))))
                .one();
    }

    private static List<AuditLine> render(List<Row> rows, AuditChain after) {
        List<AuditEntry> entries = new ArrayList<>(rows.size());
        rows.forEach(row -> entries.add(row.entry()));
        return after.append(entries);
    }

    private static List<Row> rows(Handle handle, String which) {
        return handle.createQuery("select * from journal " + which)
                .map((row, context) -> new Row(
                        row.getLong("id"),
                        new AuditEntry(
                                Instant.ofEpochMilli(row.getLong("at")),
                                row.getString("tenant"),
                                row.getString("project_id"),
                                row.getString("job_id"),
                                AuditAction.valueOf(row.getString("action")),
                                row.getString("details"))))
                .list();
    }

    private record Row(long id, AuditEntry entry) {}

    /** The chain as far as lines are known to be on disk. */
    private record ChainState(AuditChain exported) {}
}
