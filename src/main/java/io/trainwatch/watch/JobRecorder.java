package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import io.trainwatch.job.JobKey;
import io.trainwatch.webhook.Outbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Records what happens to a job in the audit, and publishes its events, in the transaction that makes them true. */
final class JobRecorder {

    private final Journal journal;
    private final Outbox outbox;

    JobRecorder(Journal journal, Outbox outbox) {
        this.journal = journal;
        this.outbox = outbox;
    }

    /** An empty object for the details of an audit row. */
    static ObjectNode details() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Adds to the details when the job is looked at next, and why then. */
    static ObjectNode nextLook(ObjectNode details, Instant at, LookReason why) {
        return details.put("next_look", at.toString()).put("next_look_why", why.text());
    }

    void record(Handle handle, Instant at, JobKey job, AuditAction action, ObjectNode details) {
        journal.write(handle, entry(at, job, action, details));
    }

    /** The same of several jobs, with one statement. */
    void record(Handle handle, Instant at, AuditAction action, Map<JobKey, ObjectNode> detailsByJob) {
        List<AuditEntry> entries = new ArrayList<>();
        detailsByJob.forEach((job, details) -> entries.add(entry(at, job, action, details)));
        journal.write(handle, entries);
    }

    /** Records what came of the latest request to cancel the job of the update. */
    void recordCancel(Handle handle, JobUpdate update, CancelResult result, ObjectNode details) {
        details.put("result", result.text()).put("attempt", update.cancelAttempts());
        record(handle, update.at(), update.look().key(), AuditAction.CANCEL_RESULT, details);
    }

    private static AuditEntry entry(Instant at, JobKey job, AuditAction action, ObjectNode details) {
        return new AuditEntry(at, job.tenant(), job.project(), job.job(), action, details.toString());
    }

    /**
     * Puts an event into the outbox, unless one of the same transition was published before.
     *
     * @return whether the event is new
     */
    boolean publish(Handle handle, JobEvent event) {
        return outbox.publish(handle, event.job(), event.toEvent(), event.at());
    }
}
