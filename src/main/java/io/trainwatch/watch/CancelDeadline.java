package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.Outage;
import io.trainwatch.store.Store;
import io.trainwatch.webhook.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Tells, once for each decision to cancel, that the job did not end in time or that the tenant refuses; the job is watched
 * on and the cancel tried again all the same.
 *
 * <p>Asks the store and not the tenant, and needs no lease: a tenant that is down or asked for an hour's wait does not put
 * the deadline off. Thread-safe; several nodes may ask at the same time, and one of them tells.
 */
public final class CancelDeadline {

    private final Store store;
    private final Leases leases;
    private final JobRecorder telling;
    private final Duration length;
    private final InstantSource clock;

    /** @param length from the decision to the deadline */
    CancelDeadline(Store store, Leases leases, JobRecorder telling, Duration length, InstantSource clock) {
        this.store = store;
        this.leases = leases;
        this.telling = telling;
        this.length = length;
        this.clock = clock;
    }

    Duration length() {
        return length;
    }

    /** Tells of each job whose cancel was decided on before the deadline and that has not ended; to be called often. */
    public void tellOverdue() {
        Instant now = clock.instant();
        List<String> overdue = store.read(handle -> handle.createQuery("select id from job where phase = 'STOPPING'"
                        + " and cancel_failed_at is null and cancel_requested_at <= :limit"
                        + " and (:everything or id in (<ids>))")
                .bind("limit", now.minus(length).toEpochMilli())
                .bind("everything", leases.only().isEmpty())
                .bindList("ids", leases.ids())
                .mapTo(String.class)
                .list());
        for (String id : overdue) {
            try {
                tellOverdue(id, now);
            } catch (RuntimeException e) {
                if (Outage.isOfStore(e)) {
                    throw e;
                }
                leases.faults().happened("telling of overdue cancels", e);
            }
        }
        leases.faults().works("telling of overdue cancels");
    }

    private void tellOverdue(String id, Instant now) {
        store.transaction(handle -> {
            WatchList.find(handle, id)
                    .ifPresent(job -> tell(
                            handle,
                            job,
                            job.tries(),
                            now,
                            "The job has not ended within " + length.toSeconds() + " s of the decision."));
            return null;
        });
    }

    /** Tells it, unless it was told before or the job is not being stopped any more; in the caller's transaction. */
    void tell(Handle handle, WatchedJob job, CancelTries tries, Instant now, String why) {
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
        telling.audit(handle, now, job.key(), AuditAction.CANCEL_FAILED, details);
        telling.event(
                handle,
                job,
                EventType.JOB_CANCEL_FAILED,
                "cancel-failed",
                null,
                job.observed(),
                job.breach(),
                now,
                message);
        log(leases, job, message);
    }

    /** Says that a cancel came to nothing: one fault for all jobs of a tenant, until a cancel is taken. */
    static void log(Leases leases, WatchedJob job, String message) {
        String what = cancels(job);
        leases.faults().warn(what, what, job.id() + " could not be cancelled: " + message);
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
