package io.trainwatch.watch;

import static io.trainwatch.watch.Telling.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.status.StatusJson;
import io.trainwatch.store.Store;
import io.trainwatch.webhook.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the looks that gave no valid status. Such a look never changes what is known of the job and never cancels it;
 * it only decides when to look again.
 */
public final class FailedLooks {

    /** A clear answer, such as "no such job", is believed after this many in a row. */
    static final int BELIEVED_AFTER = 3;

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");
    private static final int PAYLOAD_SHOWN = 1024;
    private static final int OK = 200;

    private final Store store;
    private final Leases leases;
    private final Telling telling;
    private final TenantPauses pauses;
    private final Schedule schedule;
    private final Duration unreachableAfter;
    private final StaleLooks stale;
    private final InstantSource clock;

    FailedLooks(
            Store store,
            Leases leases,
            Telling telling,
            TenantPauses pauses,
            Schedule schedule,
            Duration unreachableAfter,
            StaleLooks stale,
            InstantSource clock) {
        this.store = store;
        this.leases = leases;
        this.telling = telling;
        this.pauses = pauses;
        this.schedule = schedule;
        this.unreachableAfter = unreachableAfter;
        this.stale = stale;
        this.clock = clock;
    }

    /** Records a look that got no answer, or one that says no. */
    public void record(Exchange exchange, @Variable("look") Look look, @Variable("token") String authorization) {
        Instant now = clock.instant();
        CallFailure failure = CallFailure.of(thrown(exchange), now);
        record(look, failure, new Mask(authorization).in(failure.message()), null, now);
    }

    /** Records a look whose answer was no valid status, with a bounded copy of it. */
    public void recordInvalid(
            Exchange exchange,
            @Variable("look") Look look,
            @Variable("token") String authorization,
            @Variable("payload") byte[] payload) {
        Instant now = clock.instant();
        Mask mask = new Mask(authorization);
        CallFailure failure = CallFailure.of(thrown(exchange), now);
        CallFailure invalid = new CallFailure(FailureKind.INVALID_STATUS, failure.message(), OK, failure.retryAfter());
        record(look, invalid, mask.in(failure.message()), payload == null ? null : mask.in(payload), now);
    }

    private void record(Look look, CallFailure failure, String message, byte[] payload, Instant now) {
        WatchedJob job = look.job();
        if (look.confirms()) {
            endIsUnconfirmed(look, failure, message, now);
            return;
        }
        int failures = job.failures() + 1;
        Instant since = job.failingSince() == null ? now : job.failingSince();
        boolean believed = failure.kind().isDefinite() && failures >= BELIEVED_AFTER
                || !since.plus(unreachableAfter).isAfter(now);
        boolean reportUnreachable = believed && !job.unreachable();
        boolean isNews = !Objects.equals(message, job.failure());
        boolean invalid = failure.kind() == FailureKind.INVALID_STATUS;
        NextLook next = nextLook(failure, failures, now);
        boolean committed;
        try {
            committed = stale.commit(store, leases, look, handle -> {
                JobUpdate.ofRow(handle, look, now)
                        .failed(failures, since, message, believed || job.unreachable())
                        .nextPollAt(next.at(), next.why())
                        .commit(handle, store, leases.node());
                if (isNews) {
                    telling.audit(
                            handle,
                            now,
                            job.key(),
                            invalid ? AuditAction.STATUS_INVALID : AuditAction.MONITOR_ERROR,
                            Telling.nextLook(told(failure, message, failures, payload), next.at(), next.why()));
                }
                if (invalid) {
                    tell(handle, job, EventType.JOB_INVALID, "invalid:" + since.toEpochMilli(), now);
                }
                if (reportUnreachable) {
                    tell(handle, job, EventType.JOB_UNREACHABLE, "unreachable:" + since.toEpochMilli(), now);
                }
                pauses.afterLook(handle, job.key().tenant(), failure, now);
            });
        } finally {
            leases.done(look);
        }
        if (committed && reportUnreachable) {
            LOG.warn("{} is unreachable: {}", job.id(), message);
        } else if (committed && isNews) {
            LOG.warn("{}: {}", job.id(), message);
        }
    }

    /** The look at a job that had ended says nothing: the end stands, and nobody looks again. */
    private void endIsUnconfirmed(Look look, CallFailure failure, String message, Instant now) {
        ObjectNode details = details().put("kind", failure.kind().name()).put("message", message);
        if (failure.status() != 0) {
            details.put("http_status", failure.status());
        }
        try {
            stale.commit(store, leases, look, handle -> {
                JobUpdate.ofRow(handle, look, now).noNextLook().commit(handle, store, leases.node());
                telling.audit(handle, now, look.key(), AuditAction.END_UNCONFIRMED, details);
                pauses.afterLook(handle, look.key().tenant(), failure, now);
            });
        } finally {
            leases.done(look);
        }
    }

    private NextLook nextLook(CallFailure failure, int failures, Instant now) {
        Instant backedOff = schedule.afterFailure(now, failures);
        Instant asked = now.plus(failure.retryAfter().orElse(Duration.ZERO));
        return asked.isAfter(backedOff)
                ? new NextLook(asked, Due.ASKED_TO_WAIT)
                : new NextLook(backedOff, Due.AFTER_FAILURE);
    }

    private record NextLook(Instant at, Due why) {}

    private void tell(Handle handle, WatchedJob job, EventType type, String transition, Instant now) {
        telling.event(handle, job, type, transition, null, job.observed(), null, now);
    }

    private static ObjectNode told(CallFailure failure, String message, int failures, byte[] payload) {
        ObjectNode details = details().put("kind", failure.kind().name()).put("message", message);
        if (failure.status() != 0) {
            details.put("http_status", failure.status());
        }
        details.put("failures_in_a_row", failures);
        failure.retryAfter().ifPresent(wait -> details.put("retry_after_seconds", wait.toMillis() / 1000.0));
        if (payload != null) {
            details.put("payload", StatusJson.boundedCopy(payload, PAYLOAD_SHOWN));
        }
        return details;
    }

    private static Throwable thrown(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught == null ? new IllegalStateException("a look failed without an exception") : caught;
    }
}
