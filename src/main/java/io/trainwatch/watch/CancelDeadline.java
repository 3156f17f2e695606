package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.Outage;
import io.trainwatch.webhook.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Reports, once for each decision to cancel, that the job did not end in time or that the tenant refuses; the job is watched
 * on and the cancel tried again all the same.
 *
 * <p>Asks the store and not the tenant, and needs no lease: a tenant that is down or asked for an hour's wait does not put
 * the deadline off. Thread-safe; several nodes may ask at the same time, and one of them reports.
 */
public final class CancelDeadline {

    private static final String REPORTING = "telling of overdue cancels";

    private final Shared shared;
    private final JobRecorder recorder;
    private final Duration length;

    /** @param length from the decision to the deadline */
    CancelDeadline(Shared shared, Duration length) {
        this.shared = shared;
        this.recorder = shared.recorder();
        this.length = length;
    }

    Duration length() {
        return length;
    }

    /** Reports each job whose cancel was decided on before the deadline and that has not ended; to be called often. */
    public void reportOverdue() {
        Instant now = shared.clock().instant();
        JobSelection selection = shared.leases().selection();
        List<String> overdue = shared.store()
                .read(handle -> selection
                        .bindTo(handle.createQuery("select id from job where phase = 'STOPPING'"
                                + " and cancel_failed_at is null and cancel_requested_at <= :limit"
                                + " and (:everything or id in (<ids>))"))
                        .bind("limit", now.minus(length).toEpochMilli())
                        .mapTo(String.class)
                        .list());
        for (String id : overdue) {
            try {
                reportOverdue(id, now);
            } catch (RuntimeException e) {
                if (Outage.isOfStore(e)) {
                    throw e;
                }
                shared.faults().happened(REPORTING, e);
            }
        }
        shared.faults().works(REPORTING);
    }

    private void reportOverdue(String id, Instant now) {
        String why = "The job has not ended within " + length.toSeconds() + " s of the decision.";
        shared.store().transaction(handle -> {
            JobRow.find(handle, id).ifPresent(job -> report(handle, job, job.tries(), now, why));
            return null;
        });
    }

    /** Reports it, unless that was done before or the job is not being stopped any more; in the caller's transaction. */
    void report(Handle handle, WatchedJob job, CancelTries tries, Instant now, String why) {
        int rows = handle.createUpdate("update job set cancel_failed_at = :now where id = :id and epoch = :epoch"
                        + " and phase = 'STOPPING' and cancel_failed_at is null")
                .bind("now", now.toEpochMilli())
                .bind("id", job.id())
                .bind("epoch", job.epoch())
                .execute();
        if (rows == 0) {
            return;
        }
        String message =
                why + " " + tried(job, tries) + " It is watched on, and the cancel is sent again where it runs.";
        ObjectNode details = details().put("message", message).put("attempts", attempts(tries));
        details.set("results", tries.countsNode());
        details.put("decided_at", String.valueOf(job.cancelRequestedAt()))
                .put("deadline_seconds", length.toMillis() / 1000.0)
                .put("state", job.state() == null ? null : job.state().name());
        recorder.record(handle, now, job.key(), AuditAction.CANCEL_FAILED, details);
        recorder.publish(
                handle,
                new JobEvent(job, EventType.JOB_CANCEL_FAILED, "cancel-failed", now)
                        .because(job.breach())
                        .message(message));
        log(job, message);
    }

    /** Says that a cancel came to nothing: one fault for all jobs of a tenant, until a cancel is taken. */
    void log(WatchedJob job, String message) {
        String what = cancels(job);
        shared.faults().warn(what, what, job.id() + " could not be cancelled: " + message);
    }

    static String cancels(WatchedJob job) {
        return "cancelling jobs of " + job.key().tenant();
    }

    private static String tried(WatchedJob job, CancelTries tries) {
        String answers = tries.last() == null
                ? "No answer to a cancel is known."
                : "Cancels so far: " + tries.describe() + "; the last: " + tries.message();
        return job.failures() == 0
                ? answers + " The tenant last reported the job as " + job.state() + "."
                : answers + " Looks have failed since " + job.failingSince() + ": " + job.failure();
    }

    /** Requests that were answered or lost; what became of an accepted one later is no request. */
    private static int attempts(CancelTries tries) {
        return tries.counts().entrySet().stream()
                .filter(entry -> entry.getKey() != CancelResult.IGNORED && entry.getKey() != CancelResult.CONTRADICTED)
                .mapToInt(entry -> entry.getValue())
                .sum();
    }
}
