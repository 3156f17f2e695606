package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Breach;
import io.trainwatch.webhook.Event;
import io.trainwatch.webhook.EventId;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Outbox;
import io.trainwatch.webhook.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Writes audit rows and publishes events of a job, in the transaction that makes them true. */
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

    void audit(Handle handle, Instant at, JobKey job, AuditAction action, ObjectNode details) {
        journal.write(handle, entry(at, job, action, details));
    }

    /** The same of several jobs, with one statement. */
    void audit(Handle handle, Instant at, AuditAction action, Map<JobKey, ObjectNode> detailsByJob) {
        List<AuditEntry> entries = new ArrayList<>();
        detailsByJob.forEach((job, details) -> entries.add(entry(at, job, action, details)));
        journal.write(handle, entries);
    }

    private static AuditEntry entry(Instant at, JobKey job, AuditAction action, ObjectNode details) {
        return new AuditEntry(at, job.tenant(), job.project(), job.job(), action, details.toString());
    }

    /**
     * Puts an event into the outbox, unless this transition was told before.
     *
     * @param transition names the transition within the job's epoch; the event id is derived from it
     * @param finalState the state that the job ended in, {@code null} while it has not ended
     * @param breach what a policy acted on, or {@code null}
     * @return whether the event is new
     */
    boolean event(
            Handle handle,
            WatchedJob job,
            EventType type,
            String transition,
            TrainingState finalState,
            Observed observed,
            Breach breach,
            Instant at) {
        return event(handle, job, type, transition, finalState, observed, breach, null, at, null);
    }

    /**
     * The same, with a message.
     *
     * @param message what happened, for people, where the type does not say it
     */
    boolean event(
            Handle handle,
            WatchedJob job,
            EventType type,
            String transition,
            TrainingState finalState,
            Observed observed,
            Breach breach,
            Instant at,
            String message) {
        return event(handle, job, type, transition, finalState, observed, breach, null, at, message);
    }

    /** @param withheld why the breach leads to no cancel, in a word; {@code null} where it does */
    boolean event(
            Handle handle,
            WatchedJob job,
            EventType type,
            String transition,
            TrainingState finalState,
            Observed observed,
            Breach breach,
            String withheld,
            Instant at,
            String message) {
        JobKey key = job.key();
        String id = EventId.of(key.tenant(), key.project(), key.job(), job.epoch(), transition);
        Reason reason = breach == null
                ? null
                : new Reason(
                        breach.rule(),
                        BreachJson.figure(breach.observed()),
                        BreachJson.figure(breach.limit()),
                        breach.since(),
                        withheld);
        Event event = new Event(
                key.job(),
                key.project(),
                finalState == null ? null : finalState.name(),
                observed.lastProgress(),
                observed.completedAt(),
                observed.peakCpu(),
                observed.peakMemory(),
                observed.meanByMetric(),
                id,
                type,
                key.tenant(),
                reason,
                observed.startedAt(),
                at,
                observed.failReason(),
                message,
                observed.incomplete());
        return outbox.publish(handle, job.id(), event, at);
    }
}
