package io.trainwatch.watch;

import static io.trainwatch.watch.Telling.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.status.StatusJson;
import io.trainwatch.store.Store;
import io.trainwatch.webhook.EventType;
import java.nio.charset.StandardCharsets;
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
    /** A longer wait than this is the tenant's, not only the job's. */
    private static final Duration SHORT = Duration.ofSeconds(10);

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

    /** Hides the token that a request was sent with: a page that quotes the request must not bring it into the records. */
    private record Mask(String authorization) {

        String in(String text) {
            if (authorization == null) {
                return text;
            }
            return text.replace(authorization.substring(authorization.indexOf(' ') + 1), "***");
        }

        /** Byte for character and back, so that a payload that is no text stays what it is. */
        byte[] in(byte[] payload) {
            return in(new String(payload, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private void record(Look look, CallFailure failure, String message, byte[] payload, Instant now) {
        WatchedJob job = look.job();
        int failures = job.failures() + 1;
        Instant since = job.failingSince() == null ? now : job.failingSince();
        boolean believed = failure.kind().isDefinite() && failures >= BELIEVED_AFTER
                || !since.plus(unreachableAfter).isAfter(now);
        boolean reportUnreachable = believed && !job.unreachable();
        boolean isNews = !Objects.equals(message, job.failure());
        boolean invalid = failure.kind() == FailureKind.INVALID_STATUS;
        boolean committed;
        try {
            committed = stale.commit(store, leases, look, handle -> {
                JobUpdate.ofRow(handle, look, now)
                        .failed(failures, since, message, believed || job.unreachable())
                        .nextPollAt(nextLook(failure, failures, now))
                        .commit(handle, store, leases.node());
                if (isNews) {
                    telling.audit(
                            handle,
                            now,
                            job.key(),
                            invalid ? AuditAction.STATUS_INVALID : AuditAction.MONITOR_ERROR,
                            told(failure, message, failures, payload));
                }
                if (invalid) {
                    tell(handle, job, EventType.JOB_INVALID, "invalid:" + since.toEpochMilli(), now);
                }
                if (reportUnreachable) {
                    tell(handle, job, EventType.JOB_UNREACHABLE, "unreachable:" + since.toEpochMilli(), now);
                }
                pauseTenant(handle, job.key().tenant(), failure, now);
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

    private Instant nextLook(CallFailure failure, int failures, Instant now) {
        Instant backedOff = schedule.afterFailure(now, failures);
        Instant asked = now.plus(failure.retryAfter().orElse(Duration.ZERO));
        return asked.isAfter(backedOff) ? asked : backedOff;
    }

    private void pauseTenant(Handle handle, String tenant, CallFailure failure, Instant now) {
        if (failure.retryAfter().isPresent() && failure.retryAfter().get().compareTo(SHORT) > 0) {
            pauses.pause(handle, tenant, now, failure.retryAfter().get(), failure);
        } else if (failure.kind().isOfTenant()) {
            pauses.backOff(handle, tenant, now, failure);
        }
    }

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
