package io.trainwatch.audit;

import io.trainwatch.store.Store;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The audit rows, written in the transaction of what they tell: both are committed, or neither.
 *
 * <p>{@link AuditExport} turns rows into lines of the audit file and removes them once the lines are on disk.
 */
public final class Journal {

    private final Store store;

    public Journal(Store store) {
        this.store = store;
    }

    /** Adds a row in the caller's transaction. */
    public void write(Handle handle, AuditEntry entry) {
        write(handle, List.of(entry));
    }

    /** Adds rows in the caller's transaction, with one statement. */
    public void write(Handle handle, List<AuditEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch("insert into journal (at, tenant, project_id, job_id, action, details)"
                        + " values (:at, :tenant, :project, :job, :action, :details)");
        for (AuditEntry entry : entries) {
            batch.bind("at", entry.at().toEpochMilli())
                    .bind("tenant", entry.tenant())
                    .bind("project", entry.projectId())
                    .bind("job", entry.jobId())
                    .bind("action", entry.action().name())
                    .bind("details", entry.details())
                    .add();
        }
        batch.execute();
    }

    /** Lines and rows so far: the size of the audit log once everything is written. */
    public long size() {
        return store.read(handle -> handle.createQuery("select (select seq from chain where id = 1)"
                        + " + (select count(*) from journal where line_seq is null)")
                .mapTo(Long.class)
                .one());
    }

    /** Rows whose line is not on disk yet. */
    public long unexported() {
        return store.read(handle -> handle.createQuery("select count(*) from journal")
                .mapTo(Long.class)
                .one());
    }
}
