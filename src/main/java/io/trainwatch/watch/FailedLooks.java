package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.errors.Outage;
import io.trainwatch.errors.TenantPaused;
import io.trainwatch.job.StatusReader;
import io.trainwatch.text.SafeText;
import io.trainwatch.watch.Schedule.NextLook;
import io.trainwatch.webhook.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;

/**
 * Records the looks that gave no valid status. Such a look never changes what is known of the job and never cancels it;
 * it only decides when to look again.
 */
public final class FailedLooks {

    /** A clear answer, such as "no such job", is believed after this many in a row. */
    static final int BELIEVED_AFTER = 3;

    private static final int PAYLOAD_SHOWN = 1024;
    private static final int OK = 200;
    private static final int MAX_NAMED = 5;
    private static final String FAILING = " from job where " + Trouble.ANY + " and failures > 0";

    private final Shared shared;
    private final JobRecorder recorder;
    private final LookCommits commits;
    private final Duration unreachableAfter;

    FailedLooks(Shared shared, LookCommits commits, Duration unreachableAfter) {
        this.shared = shared;
        this.recorder = shared.recorder();
        this.commits = commits;
        this.unreachableAfter = unreachableAfter;
    }

    /** Records a look that got no answer, or one that says no. */
    public void record(Exchange exchange, @Variable("look") Look look, @Variable("token") String authorization) {
        Throwable thrown = thrown(exchange);
        if (TenantPaused.isCauseOf(thrown)) {
            shared.looks().postponed(look);
            return;
        }
        Instant now = shared.clock().instant();
        CallFailure failure = CallFailure.of(thrown, now);
        shared.pauses().foresee(look.job(), failure, now);
        if (failure.kind() == FailureKind.INTERNAL) {
            recordFault(look, thrown);
        } else {
            record(look, failure, new Mask(authorization).in(failure.message()), null, now);
        }
    }

    /**
     * The look's message is at its end; where nobody has ended the look, it is recorded as one that failed. One that a stop
     * cuts short is taken again after it.
     */
    public void leftOver(Look look, Throwable thrown) {
        if (shared.looks().isOpen(look) && !shared.leases().isDraining()) {
            recordFault(look, thrown == null ? new IllegalStateException("the route decided nothing") : thrown);
        }
    }

    /** Records a look that a fault of this program, of a route or of the store has cut short. */
    void recordFault(Look look, Throwable thrown) {
        if (Outage.isOfStore(thrown)) {
            shared.looks().lost(look, thrown);
            return;
        }
        shared.faults().happened(LooksUnderWay.LOOKS, look.job().id(), thrown);
        Instant now = shared.clock().instant();
        CallFailure failure = CallFailure.of(thrown, now);
        record(look, failure, failure.message(), null, now);
    }

    /** Records a look whose answer was no valid status, with a bounded copy of it. */
    public void recordInvalid(
            Exchange exchange,
            @Variable("look") Look look,
            @Variable("token") String authorization,
            @Variable("payload") byte[] payload) {
        Instant now = shared.clock().instant();
        Mask mask = new Mask(authorization);
        CallFailure failure = CallFailure.of(thrown(exchange), now);
        CallFailure invalid = new CallFailure(FailureKind.INVALID_STATUS, failure.message(), OK, failure.retryAfter());
        record(look, invalid, mask.in(failure.message()), payload == null ? null : mask.in(payload), now);
    }

    /** Ends the look in every case: where the store does not take the record, the lease is given back once it does. */
    private void record(Look look, CallFailure failure, String text, byte[] payload, Instant now) {
        // What a tenant says may hold what a column of text cannot.
        String message = SafeText.of(text);
        shared.measures().looked(look.key().tenant(), failure.kind().text().replace(' ', '_'));
        try {
            if (look.confirms()) {
                endIsUnconfirmed(look, failure, message, now);
            } else {
                commit(look, failure, message, payload, now);
            }
            shared.looks().done(look);
        } catch (RuntimeException e) {
            shared.looks().lost(look, e);
        }
    }

    private void commit(Look look, CallFailure failure, String message, byte[] payload, Instant now) {
        WatchedJob job = look.job();
        int failures = job.failures() + 1;
        Instant since = job.failingSince() == null ? now : job.failingSince();
        boolean believed = failure.kind().isDefinite() && failures >= BELIEVED_AFTER
                || !since.plus(unreachableAfter).isAfter(now);
        boolean reportUnreachable = believed && !job.unreachable();
        boolean isNews = !Objects.equals(message, job.failure());
        boolean invalid = failure.kind() == FailureKind.INVALID_STATUS;
        NextLook next = nextLook(failure, failures, now);
        boolean committed = commits.commit(look, handle -> {
            JobUpdate update = JobUpdate.ofRow(handle, look, now)
                    .failed(failures, since, message, believed || job.unreachable())
                    .nextPollAt(next.at(), next.why());
            commits.write(handle, update);
            if (isNews) {
                recorder.record(
                        handle,
                        now,
                        job.key(),
                        invalid ? AuditAction.STATUS_INVALID : AuditAction.MONITOR_ERROR,
                        update.addNextLook(details(failure, message, failures, payload)));
            }
            if (invalid) {
                publish(handle, job, EventType.JOB_INVALID, "invalid:" + since.toEpochMilli(), now);
            }
            if (reportUnreachable) {
                publish(handle, job, EventType.JOB_UNREACHABLE, "unreachable:" + since.toEpochMilli(), now);
            }
            shared.pauses().afterLook(handle, job, failure, now);
        });
        if (committed && failure.kind() != FailureKind.INTERNAL) {
            log("looking at jobs of", job, failure.kind(), ": " + message);
        }
        if (committed && (believed || job.unreachable())) {
            log("reaching jobs of", job, failure.kind(), " is unreachable: " + message);
        }
    }

    /** Jobs whose last look failed, in words, the first {@value #MAX_NAMED} by name; empty where there are none. */
    List<String> troubles() {
        return shared.store().read(handle -> {
            int failing = handle.createQuery("select count(*)" + FAILING)
                    .mapTo(Integer.class)
                    .one();
            List<String> named = handle.createQuery("select id, failure" + FAILING + " order by id limit :most")
                    .bind("most", MAX_NAMED)
                    .map((row, context) -> row.getString("id") + " (" + row.getString("failure") + ")")
                    .list();
            if (failing == 0) {
                return List.of();
            }
            List<String> troubles = unreachableTenants(handle);
            troubles.add("The last look failed at " + String.join(", ", named)
                    + (failing > MAX_NAMED ? " and " + (failing - MAX_NAMED) + " more" : ""));
            return troubles;
        });
    }

    /** The tenants that gave no answer at any of their jobs, in words. */
    private static List<String> unreachableTenants(Handle handle) {
        return new ArrayList<>(handle.createQuery("select tenant, count(*) as jobs, min(failing_since) as since,"
                        + " min(failure) as failure" + FAILING
                        + " and failure like :unavailable group by tenant having count(*) = (select count(*)"
                        + " from job as watched where phase in ('WATCHING', 'STOPPING') and watched.tenant = job.tenant)"
                        + " order by tenant")
                .bind("unavailable", "%" + CallFailure.UNAVAILABLE)
                .map((row, context) -> "Tenant " + row.getString("tenant") + " is unreachable: looks fail at "
                        + (row.getLong("jobs") == 1 ? "its one job" : "all of its " + row.getLong("jobs") + " jobs")
                        + ", since " + Instant.ofEpochMilli(row.getLong("since")) + ": " + row.getString("failure"))
                .list());
    }

    /**
     * Reports jobs as unreachable at which no look is taken, since their tenant is left alone for a while; to be called
     * often. {@link #record} does so for those at which looks are taken.
     */
    public void reportUnreachable() {
        Instant now = shared.clock().instant();
        long limit = now.minus(unreachableAfter).toEpochMilli();
        List<Paused> unseen = shared.store()
                .read(handle -> shared.leases()
                        .selection()
                        .bindTo(handle.createQuery(shared.store().sql(FailedLooks.class, "unseen-in-pause")))
                        .bind("now", now.toEpochMilli())
                        .bind("limit", limit)
                        .map((row, context) -> new Paused(
                                row.getString("id"),
                                Instant.ofEpochMilli(row.getLong("since")),
                                Instant.ofEpochMilli(row.getLong("paused_until")),
                                row.getString("reason")))
                        .list());
        for (Paused job : unseen) {
            shared.store().transaction(handle -> {
                JobRow.find(handle, job.id()).ifPresent(row -> reportUnreachable(handle, row, job, now));
                return null;
            });
        }
    }

    /** @param since when it was due, or when looks at it began to fail */
    private record Paused(String id, Instant since, Instant until, String reason) {}

    private void reportUnreachable(Handle handle, WatchedJob job, Paused paused, Instant now) {
        String message = "The tenant is left alone until " + paused.until() + ": " + paused.reason();
        int rows = handle.createUpdate("update job set unreachable = 1, failures = failures + 1,"
                        + " failing_since = :since, failure = :failure"
                        + " where id = :id and fence = :fence and unreachable = 0 and lease_until <= :now")
                .bind("since", paused.since().toEpochMilli())
                .bind("failure", message)
                .bind("id", job.id())
                .bind("fence", job.fence())
                .bind("now", now.toEpochMilli())
                .execute();
        if (rows > 0) {
            ObjectNode details = JobRecorder.details()
                    .put("kind", FailureKind.THROTTLED.name())
                    .put("message", message);
            recorder.record(handle, now, job.key(), AuditAction.MONITOR_ERROR, details);
            publish(
                    handle,
                    job,
                    EventType.JOB_UNREACHABLE,
                    "unreachable:" + paused.since().toEpochMilli(),
                    now);
            log("reaching jobs of", job, FailureKind.THROTTLED, " is unreachable: " + message);
        }
    }

    /** All jobs of a tenant that meet the same are one fault, which ends when {@link LooksUnderWay#done} says so. */
    private void log(String what, WatchedJob job, FailureKind kind, String words) {
        String name = what + " " + job.key().tenant() + " (" + kind.text() + ")";
        shared.faults().warn(name, job.id(), job.id() + words);
    }

    /** The look at a job that had ended says nothing: the end stands, and nobody looks again. */
    private void endIsUnconfirmed(Look look, CallFailure failure, String message, Instant now) {
        commits.commit(look, handle -> {
            commits.write(handle, JobUpdate.ofRow(handle, look, now).noNextLook());
            recorder.record(handle, now, look.key(), AuditAction.END_UNCONFIRMED, details(failure, message));
            shared.pauses().afterLook(handle, look.job(), failure, now);
        });
    }

    private NextLook nextLook(CallFailure failure, int failures, Instant now) {
        Instant backedOff = shared.schedule().afterFailure(now, failures);
        Duration wait = failure.retryAfter().orElse(Duration.ZERO);
        Instant asked = now.plus(wait.compareTo(unreachableAfter) < 0 ? wait : unreachableAfter);
        return asked.isAfter(backedOff)
                ? new NextLook(asked, LookReason.ASKED_TO_WAIT)
                : new NextLook(backedOff, LookReason.AFTER_FAILURE);
    }

    private void publish(Handle handle, WatchedJob job, EventType type, String transition, Instant now) {
        recorder.publish(handle, new JobEvent(job, type, transition, now));
    }

    private static ObjectNode details(CallFailure failure, String message) {
        ObjectNode details =
                JobRecorder.details().put("kind", failure.kind().name()).put("message", message);
        return failure.status() == 0 ? details : details.put("http_status", failure.status());
    }

    private static ObjectNode details(CallFailure failure, String message, int failures, byte[] payload) {
        ObjectNode details = details(failure, message);
        details.put("failures_in_a_row", failures);
        failure.retryAfter().ifPresent(wait -> details.put("retry_after_seconds", wait.toMillis() / 1000.0));
        if (payload != null) {
            details.put("payload", StatusReader.boundedCopy(payload, PAYLOAD_SHOWN));
        }
        return details;
    }

    private static Throwable thrown(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught == null ? new IllegalStateException("a look failed without an exception") : caught;
    }
}
