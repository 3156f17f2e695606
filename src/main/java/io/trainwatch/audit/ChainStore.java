package io.trainwatch.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditFolder.Known;
import io.trainwatch.audit.ChainState.End;
import io.trainwatch.audit.ChainState.Pending;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** What the store knows of the chain, its rows and its files. Each method belongs to the caller's transaction. */
final class ChainStore {

    private static final String COLUMNS = "select id, at, tenant, project_id, job_id, action, details from journal ";

    private static final String FILES =
            "select name, first_seq, last_seq, last_hash, bytes, last_at, state from audit_file ";

    private ChainStore() {}

    /** A row of the journal. */
    record Row(long id, AuditEntry entry) {}

    static ChainState state(Handle handle) {
        return handle.createQuery("select exported_seq, exported_hash, placed, checkpoint_seq, checkpoint_hash,"
                        + " open_tree, open_since from chain where id = 1")
                .map((row, context) -> new ChainState(
                        new End(row.getLong(1), row.getString(2)),
                        Pending.parse(row.getString(3)),
                        row.getLong(4),
                        row.getString(5),
                        row.getString(6).isEmpty()
                                ? List.of()
                                : Arrays.asList(row.getString(6).split(",")),
                        row.getLong(7)))
                .one();
    }

    /** The oldest rows. */
    static List<Row> oldest(Handle handle, int most) {
        return handle.select(COLUMNS + "order by id limit ?", most)
                .setFetchSize(most)
                .map((row, context) -> row(row))
                .list();
    }

    /** The lines of the rows that have their place. */
    static List<AuditLine> placedLines(Handle handle, ChainState state) {
        End chain = state.exported();
        List<AuditLine> lines = new ArrayList<>();
        for (Pending.Range range : state.placed().ranges()) {
            for (Row row : handle.select(COLUMNS + "where id between ? and ? order by id", range.first(), range.last())
                    .map((row, context) -> row(row))
                    .list()) {
                AuditLine line = chain.next(row.entry(), state.placed().form());
                lines.add(line);
                chain = End.after(line);
            }
        }
        return lines;
    }

    static void place(Handle handle, Pending placed) {
        handle.execute("update chain set placed = ? where id = 1", placed.text());
    }

    /**
     * Remembers that lines are on disk and removes their rows.
     *
     * @return whether this was news; not where a node that was thought dead comes late
     */
    static boolean settle(Handle handle, ChainState before, ChainState after) {
        int rows = handle.createUpdate("update chain set exported_seq = :seq, exported_hash = :hash, placed = :placed,"
                        + " checkpoint_seq = :checkpoint, checkpoint_hash = :checkpointHash, open_tree = :tree,"
                        + " open_since = :since, failing_since = null, failure = null"
                        + " where id = 1 and exported_seq = :before")
                .bind("seq", after.exported().seq())
                .bind("hash", after.exported().hash())
                .bind("placed", after.placed().text())
                .bind("checkpoint", after.checkpointSeq())
                .bind("checkpointHash", after.checkpointHash())
                .bind("tree", String.join(",", after.tree()))
                .bind("since", after.openSince())
                .bind("before", before.exported().seq())
                .execute();
        if (rows == 0) {
            return false;
        }
        Pending written =
                before.placed().first(after.exported().seq() - before.exported().seq());
        for (Pending.Range range : written.ranges()) {
            handle.execute("delete from journal where id between ? and ?", range.first(), range.last());
        }
        return true;
    }

    /** The chain goes on behind a checkpoint that the store did not know of. */
    static void goOnBehind(Handle handle, End end) {
        handle.createUpdate(
                        "update chain set exported_seq = :seq, exported_hash = :hash, placed = '',"
                                + " checkpoint_seq = :seq, checkpoint_hash = :hash, open_tree = '', open_since = 0 where id = 1")
                .bind("seq", end.seq())
                .bind("hash", end.hash())
                .execute();
        forgetCheckpoints(handle);
    }

    /** Takes their places from all rows, which get others behind this one. */
    static void placeFirst(Handle handle, long row) {
        place(handle, Pending.of(List.of(row)));
        forgetCheckpoints(handle);
    }

    /** One that has its place speaks for the lines before that place, and is of no use in another. */
    private static void forgetCheckpoints(Handle handle) {
        handle.execute("delete from journal where action = ?", AuditAction.CHECKPOINT.name());
    }

    /** Remembers what a file holds; its first line and its state stay as they are known. */
    static void remember(Handle handle, String owner, Known file) {
        handle.createUpdate("insert into audit_file (owner, name, first_seq, last_seq, last_hash, bytes, last_at)"
                        + " values (:owner, :name, :first, :last, :hash, :bytes, :at)"
                        + " on conflict (owner, name) do update set last_seq = :last, last_hash = :hash,"
                        + " bytes = :bytes, last_at = :at")
                .bind("owner", owner)
                .bind("name", file.name())
                .bind("first", file.firstSeq())
                .bind("last", file.lastSeq())
                .bind("hash", file.lastHash())
                .bind("bytes", file.bytes())
                .bind("at", file.lastAt())
                .execute();
    }

    /** Remembers that a file is not what it must be, which is on record. */
    static void setFaulty(Handle handle, String owner, Known file, Instant now) {
        handle.execute(
                "insert into audit_file (owner, name, first_seq, last_seq, last_hash, bytes, last_at, state)"
                        + " values (?, ?, 0, 0, '', 0, ?, 'FAULTY')"
                        + " on conflict (owner, name) do update set state = 'FAULTY'",
                owner,
                file.name(),
                now.toEpochMilli());
    }

    /** The files of a folder that the store remembers, oldest first. */
    static List<Known> files(Handle handle, String owner) {
        return handle.select(FILES + "where owner = ? order by last_seq", owner)
                .map((row, context) -> file(row))
                .list();
    }

    /** What the store remembers of a file, if need be under the name that the node had before. */
    static Optional<Known> file(Handle handle, String owner, String name) {
        return handle.createQuery(FILES + "where name = :name and (owner = :owner or not exists"
                        + " (select 1 from audit_file where owner = :owner)) order by last_seq desc limit 1")
                .bind("owner", owner)
                .bind("name", name)
                .map((row, context) -> file(row))
                .findOne();
    }

    /** The nodes whose files the store remembers, without this one. */
    static List<String> otherOwners(Handle handle, String owner) {
        return handle.select("select distinct owner from audit_file where owner <> ? order by owner", owner)
                .mapTo(String.class)
                .list();
    }

    /** Remembers all files of a node as those of another one; of a file that both wrote to, what both know. */
    static void takeOver(Handle handle, String from, String to) {
        Map<String, Known> own = new HashMap<>();
        files(handle, to).forEach(file -> own.put(file.name(), file));
        for (Known theirs : files(handle, from)) {
            Known both = own.containsKey(theirs.name()) ? own.get(theirs.name()).and(theirs) : theirs;
            forget(handle, from, theirs.name());
            forget(handle, to, theirs.name());
            remember(handle, to, both);
            mark(handle, to, theirs.name(), both.state());
        }
    }

    /** The last line in the folders of other nodes. */
    static long lastLineElsewhere(Handle handle, String owner) {
        return handle.select("select coalesce(max(last_seq), 0) from audit_file where owner <> ?", owner)
                .mapTo(Long.class)
                .one();
    }

    /** The last lines of the files of all nodes. */
    static List<End> fileEnds(Handle handle) {
        return handle.createQuery("select last_seq, last_hash from audit_file where last_seq > 0")
                .map((row, context) -> new End(row.getLong(1), row.getString(2)))
                .list();
    }

    static void mark(Handle handle, String owner, String name, String state) {
        handle.execute("update audit_file set state = ? where owner = ? and name = ?", state, owner, name);
    }

    static void forget(Handle handle, String owner, String name) {
        handle.execute("delete from audit_file where owner = ? and name = ?", owner, name);
    }

    /** What the node that writes says to the others. */
    static Optional<AuditHealth.Failure> failure(Handle handle) {
        return handle.createQuery("select failing_since, failure from chain where id = 1 and failure is not null")
                .map((row, context) -> new AuditHealth.Failure(Instant.ofEpochMilli(row.getLong(1)), row.getString(2)))
                .findOne();
    }

    static void failed(Handle handle, Optional<AuditHealth.Failure> failure) {
        handle.createUpdate("update chain set failing_since = :since, failure = :reason where id = 1")
                .bind(
                        "since",
                        failure.map(known -> known.since().toEpochMilli()).orElse(null))
                .bind("reason", failure.map(AuditHealth.Failure::reason).orElse(null))
                .execute();
    }

    static Optional<String> lastFault(Handle handle) {
        return handle.createQuery("select last_fault from chain where id = 1 and last_fault is not null")
                .mapTo(String.class)
                .findOne();
    }

    static void lastFault(Handle handle, String fault) {
        handle.execute("update chain set last_fault = ? where id = 1", fault);
    }

    /** Turns what was only counted into a row that says so; nothing where nothing was. */
    static void recordGap(Handle handle, Instant now) {
        ObjectNode missing = JsonNodeFactory.instance.objectNode();
        long since = handle.createQuery("select action, missing, since from audit_gap order by action")
                .reduceRows(Long.MAX_VALUE, (earliest, row) -> {
                    missing.put(row.getColumn("action", String.class), row.getColumn("missing", Long.class));
                    return Math.min(earliest, row.getColumn("since", Long.class));
                });
        if (!missing.isEmpty()) {
            handle.execute("delete from audit_gap");
            ObjectNode details = JsonNodeFactory.instance
                    .objectNode()
                    .put("why", "too many rows waited for the file")
                    .put("since", Instant.ofEpochMilli(since).toString());
            details.set("not_kept", missing);
            Journal.insert(handle, AuditEntry.ofNoJob(now, AuditAction.AUDIT_GAP, details.toString()));
        }
    }

    private static Known file(ResultSet row) throws SQLException {
        return new Known(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getString(4),
                row.getLong(5),
                row.getLong(6),
                row.getString(7));
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1),
                new AuditEntry(
                        Instant.ofEpochMilli(row.getLong(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        AuditAction.valueOf(row.getString(6)),
                        row.getString(7)));
    }

    /** Work in a transaction that also reads or writes files. */
    interface FileWork<T> {
        T in(Handle handle) throws IOException;
    }

    static <T> T withFiles(Function<Function<Handle, T>, T> transaction, FileWork<T> work) throws IOException {
        try {
            return transaction.apply(handle -> {
                try {
                    return work.in(handle);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The store, in a transaction without a result. */
    static void in(Store store, Consumer<Handle> work) {
        store.transaction(handle -> {
            work.accept(handle);
            return null;
        });
    }
}
