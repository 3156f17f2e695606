package io.trainwatch.audit;

import io.trainwatch.store.Store;
import io.trainwatch.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The audit rows, written in the transaction of what they record: both are committed, or neither.
 *
 * <p>{@link AuditExport} turns rows into lines of the audit file and removes them once the lines are on disk. Thread-safe.
 */
public final class Journal {

    private static final String INSERT =
            "insert into journal (at, tenant, project_id, job_id, action, details) values (?, ?, ?, ?, ?, ?)";

    private final Store store;
    private volatile boolean full;

    public Journal(Store store) {
        this.store = store;
    }

    /** Adds a row in the caller's transaction; counts it instead where too many wait and it records no change. */
    public void write(Handle handle, AuditEntry entry) {
        write(handle, List.of(entry));
    }

    /** Adds rows in the caller's transaction, with one statement. */
    public void write(Handle handle, List<AuditEntry> entries) {
        List<AuditEntry> kept = full ? withoutObservations(handle, entries) : entries;
        if (kept.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch(INSERT);
        kept.forEach(entry -> bind(batch, entry).add());
        batch.execute();
    }

    private static List<AuditEntry> withoutObservations(Handle handle, List<AuditEntry> entries) {
        List<AuditEntry> kept = new ArrayList<>();
        for (AuditEntry entry : entries) {
            if (!entry.action().isObservation()) {
                kept.add(entry);
                continue;
            }
            handle.execute(
                    "insert into audit_gap (action, missing, since) values (?, 1, ?)"
                            + " on conflict (action) do update set missing = audit_gap.missing + 1",
                    entry.action().name(),
                    entry.at().toEpochMilli());
        }
        return kept;
    }

    /** Adds a row and returns its id. */
    static long insert(Handle handle, AuditEntry entry) {
        return bind(handle.createQuery(INSERT + " returning id"), entry)
                .mapTo(Long.class)
                .one();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, AuditEntry entry) {
        return statement
                .bind(0, entry.at().toEpochMilli())
                .bind(1, SafeText.of(entry.tenant()))
                .bind(2, SafeText.of(entry.projectId()))
                .bind(3, SafeText.of(entry.jobId()))
                .bind(4, entry.action().name())
                .bind(5, SafeText.ofJson(entry.details()));
    }

    /** Says whether so many rows wait that those which record no change are counted only. */
    void full(boolean isFull) {
        full = isFull;
    }

    /** Lines and rows so far: the size of the audit log once everything is written. */
    public long size() {
        return store.read(handle -> handle.createQuery(
                        "select (select exported_seq from chain where id = 1) + (select count(*) from journal)")
                .mapTo(Long.class)
                .one());
    }

    /** Rows whose line is not on disk yet. */
    public long unexported() {
        return store.read(handle -> handle.createQuery("select count(*) from journal")
                .mapTo(Long.class)
                .one());
    }

    /** Whether a row about the same job with the same action has no line on disk yet. */
    boolean waits(AuditEntry entry) {
        return store.read(handle -> handle.select(
                        "select 1 from journal where job_id = ? and action = ? and tenant = ? and project_id = ? limit 1",
                        entry.jobId(),
                        entry.action().name(),
                        entry.tenant(),
                        entry.projectId())
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }
}
