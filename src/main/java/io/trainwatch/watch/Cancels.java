package io.trainwatch.watch;

import static io.trainwatch.watch.Telling.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.store.Store;
import io.trainwatch.webhook.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what the tenant answered to a cancel. Whatever it was, the job is watched on until the tenant reports its end;
 * while it still runs, the cancel is sent again after a growing wait.
 */
public final class Cancels {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");

    /** An accepted cancel may take its time. */
    private static final Duration AFTER_ACCEPTED = Duration.ofMinutes(1);
    /** Rights may be granted meanwhile. */
    private static final Duration AFTER_REFUSED = Duration.ofMinutes(5);

    private static final Duration AFTER_NO_ANSWER = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    /** So many unanswered cancels are worth a word to somebody. */
    private static final int TOLD_AFTER = 5;

    private final Store store;
    private final Leases leases;
    private final Telling telling;
    private final Schedule schedule;
    private final StaleLooks stale;
    private final InstantSource clock;

    Cancels(Store store, Leases leases, Telling telling, Schedule schedule, StaleLooks stale, InstantSource clock) {
        this.store = store;
        this.leases = leases;
        this.telling = telling;
        this.schedule = schedule;
        this.stale = stale;
        this.clock = clock;
    }

    /** The tenant took the cancel. */
    public void accepted(@Variable("look") Look look, @Header(Exchange.HTTP_RESPONSE_CODE) int status) {
        commit(look, "accepted", details().put("http_status", status), AFTER_ACCEPTED, false);
    }

    /** The tenant did not take the cancel, or gave no answer. */
    public void failed(Exchange exchange, @Variable("look") Look look) {
        CallFailure failure =
                CallFailure.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class), clock.instant());
        ObjectNode details = details().put("message", failure.message());
        if (failure.status() != 0) {
            details.put("http_status", failure.status());
        }
        if (failure.kind() == FailureKind.NOT_FOUND || failure.status() == 409) {
            commit(look, "already over", details, AFTER_ACCEPTED, false);
        } else if (failure.kind() == FailureKind.FORBIDDEN || failure.kind() == FailureKind.UNAUTHORISED) {
            LOG.warn("{} could not be cancelled: {}", look.job().id(), failure.message());
            commit(look, "refused", details, AFTER_REFUSED, true);
        } else {
            boolean tell = look.job().cancelAttempts() + 1 >= TOLD_AFTER;
            commit(look, "no answer", details, AFTER_NO_ANSWER, tell);
        }
    }

    private void commit(Look look, String result, ObjectNode details, Duration firstWait, boolean tell) {
        WatchedJob job = look.job();
        Instant now = clock.instant();
        int attempt = job.cancelAttempts() + 1;
        Instant again = now.plus(schedule.backoff(attempt, firstWait, LONGEST));
        try {
            stale.commit(store, leases, look, handle -> {
                JobUpdate update = JobUpdate.ofRow(handle, look, now);
                WatchedJob stopping = update.look().job();
                update.cancelSent(again).nextPollAt(schedule.afterCancel(now)).commit(handle, store, leases.node());
                telling.audit(
                        handle,
                        now,
                        job.key(),
                        AuditAction.CANCEL_RESULT,
                        details.put("result", result).put("attempt", attempt));
                if (tell) {
                    telling.event(
                            handle,
                            stopping,
                            EventType.JOB_CANCEL_FAILED,
                            "cancel-failed",
                            null,
                            stopping.observed(),
                            stopping.breach(),
                            now);
                }
            });
        } finally {
            leases.done(look);
        }
    }
}
