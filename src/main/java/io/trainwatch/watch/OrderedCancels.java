package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.rules.Breach;
import io.trainwatch.webhook.EventType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Cancels that somebody orders, whatever the policy says. The order is committed and audited like a breach; then the job
 * is due at once, and the look that finds it running sends the cancel. Thread-safe.
 */
public final class OrderedCancels {

    private final Shared shared;
    private final JobRecorder recorder;

    OrderedCancels(Shared shared) {
        this.shared = shared;
        this.recorder = shared.recorder();
    }

    /**
     * Has jobs cancelled. Those that ended, are being cancelled already or are not watched are left as they are.
     *
     * @param jobs their ids
     * @param by who orders it, one word: it takes the place of the rule in events
     * @param why for people
     * @return the ids of those for which the order is new
     */
    public List<String> cancel(Collection<String> jobs, String by, String why) {
        Instant now = shared.clock().instant();
        Breach order = Breach.ordered(by, now, why);
        return shared.store()
                .transaction(handle -> jobs.stream()
                        .filter(job -> order(handle, job, order, now))
                        .toList());
    }

    private boolean order(Handle handle, String id, Breach order, Instant now) {
        if (JobRow.find(handle, id).isEmpty()) {
            return false; // nobody watches it, or nobody can: such a row is left as it is
        }
        // The fence grows: a look under way knows nothing of the order, and must not undo it.
        Optional<WatchedJob> stopping = handle.createQuery(shared.store().sql(OrderedCancels.class, "order-cancel"))
                .bind("id", id)
                .bind("breach", BreachJson.write(order))
                .bind("now", now.toEpochMilli())
                .map((row, context) -> WatchedJob.read(row, WatchedJob.key(row)))
                .findOne();
        stopping.ifPresent(job -> {
            recorder.record(
                    handle,
                    now,
                    job.key(),
                    AuditAction.CANCEL_ORDERED,
                    details().put("by", order.rule()).put("why", order.meaning()));
            recorder.publish(
                    handle, new JobEvent(job, EventType.JOB_CANCEL_REQUESTED, "cancel-requested", now).because(order));
        });
        return stopping.isPresent();
    }
}
