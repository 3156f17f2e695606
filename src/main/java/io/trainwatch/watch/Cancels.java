package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.Words;
import io.trainwatch.job.JobStatus;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;

/**
 * Commits what the tenant answered to a request to cancel. Whatever it was, the job is watched on until the tenant reports
 * its end; where a look finds it running when the next request is due, the request is sent again. {@link CancelResult} has
 * the waits, {@link CancelDeadline} tells when it takes too long.
 *
 * <p>One request is one row in the audit: nothing is repeated unseen, and no request is repeated without a look before it.
 */
public final class Cancels {

    private static final Duration SHORTEST_AFTER_ACCEPTED = Duration.ofSeconds(1);

    private final Store store;
    private final Leases leases;
    private final JobRecorder telling;
    private final TenantPauses pauses;
    private final Schedule schedule;
    private final CancelDeadline deadline;
    private final RequestBudget budget;
    private final StaleLooks stale;
    private final InstantSource clock;

    Cancels(
            Store store,
            Leases leases,
            JobRecorder telling,
            TenantPauses pauses,
            Schedule schedule,
            CancelDeadline deadline,
            RequestBudget budget,
            StaleLooks stale,
            InstantSource clock) {
        this.budget = budget;
        this.store = store;
        this.leases = leases;
        this.telling = telling;
        this.pauses = pauses;
        this.schedule = schedule;
        this.deadline = deadline;
        this.stale = stale;
        this.clock = clock;
    }

    /** The tenant took the cancel. */
    public void accepted(@Variable("look") Look look, @Header(Exchange.HTTP_RESPONSE_CODE) int status) {
        Answer answer = new Answer(
                CancelResult.ACCEPTED, status + ": the tenant took the cancel.", status, Duration.ZERO, null);
        commit(look, answer, clock.instant());
    }

    /** The tenant did not take the cancel, or gave no answer. */
    public void failed(Exchange exchange, @Variable("look") Look look, @Variable("token") String authorization) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        try {
            if (thrown instanceof NotCommitted answered) {
                throw answered;
            }
            commitFailure(look, thrown, authorization);
        } catch (NotCommitted e) {
            // The tenant did answer: whatever was recorded of it now would be a lie. The next look says so.
            leases.lost(look, e);
        }
    }

    private void commitFailure(Look look, Throwable thrown, String authorization) {
        Instant now = clock.instant();
        CallFailure failure = CallFailure.of(thrown, now);
        CancelResult result = CancelResult.of(failure);
        String message = result == CancelResult.TOO_LATE
                ? failure.status() + ": the tenant says that the job is over; the next look tells."
                : new Mask(authorization).in(failure.message());
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        commit(look, new Answer(result, message, failure.status(), asked, failure), now);
    }

    /**
     * Tells what it means that a look found the job running when the next request to cancel is due, and that this is sent
     * now; in the caller's transaction.
     *
     * @param update the row of the job, to be committed by the caller
     */
    void sendAgain(Handle handle, JobUpdate update, JobStatus status, Instant at) {
        WatchedJob job = update.look().job();
        CancelTries tries = job.tries();
        if (tries.underWay()) {
            String message = "Trainwatch stopped before an answer was recorded: the cancel may have been sent or not.";
            update.cancelCameTo(tries.with(CancelResult.UNKNOWN, message), job.nextCancelAt());
            tell(
                    handle,
                    job,
                    at,
                    CancelResult.UNKNOWN,
                    job.cancelAttempts() + 1,
                    details().put("message", message));
        } else if (tries.last() != null && tries.last().whereStillRunning() != tries.last()) {
            CancelResult result = tries.last().whereStillRunning();
            String message = (result == CancelResult.IGNORED
                            ? "The tenant took the cancel, but reports the job as "
                            : "The tenant said that the job is over, but reports it as ")
                    + status.state() + ": the cancel is sent again.";
            update.tries(tries.with(result, message));
            tell(handle, job, at, result, job.cancelAttempts(), details().put("message", message));
        }
        update.cancelling();
    }

    /**
     * @param status the HTTP status, 0 where there was none
     * @param asked the wait that the tenant asked for
     * @param failure {@code null} where the tenant took the cancel
     */
    private record Answer(CancelResult result, String message, int status, Duration asked, CallFailure failure) {}

    /** What the tenant answered is not in the store. */
    private static final class NotCommitted extends RuntimeException {
        NotCommitted(String answer, RuntimeException cause) {
            super("what became of a cancel could not be committed (" + answer + "): " + Words.why(cause), cause);
        }
    }

    private void commit(Look look, Answer answer, Instant now) {
        boolean committed;
        try {
            committed = stale.commit(store, leases, look, handle -> commit(handle, look, answer, now));
        } catch (RuntimeException e) {
            throw new NotCommitted(answer.message(), e);
        }
        leases.done(look);
        leases.measures().cancelled(answer.result().text());
        if (committed && answer.result() == CancelResult.REFUSED) {
            CancelDeadline.log(leases, look.job(), answer.message());
        } else if (answer.result() == CancelResult.ACCEPTED) {
            leases.faults().works(CancelDeadline.cancels(look.job()));
        }
    }

    private void commit(Handle handle, Look look, Answer answer, Instant now) {
        JobUpdate update = JobUpdate.ofRow(handle, look, now);
        WatchedJob job = update.look().job();
        CancelTries tries = job.tries().with(answer.result(), answer.message());
        Duration wait = wait(answer.result(), tries);
        Instant again = now.plus(wait.compareTo(answer.asked()) > 0 ? wait : answer.asked());
        Instant nextLook = schedule.afterCancel(now, job.cancelRequestedAt(), again);
        update.cancelCameTo(tries, again)
                .nextPollAt(nextLook, LookReason.AFTER_CANCEL)
                .commit(handle, store, leases.node());
        ObjectNode details = details().put("message", answer.message());
        if (answer.status() != 0) {
            details.put("http_status", answer.status());
        }
        if (!answer.asked().isZero()) {
            details.put("retry_after_seconds", answer.asked().toMillis() / 1000.0);
        }
        details.put("again_at", again.toString());
        JobRecorder.nextLook(details, nextLook, LookReason.AFTER_CANCEL);
        tell(handle, job, now, answer.result(), job.cancelAttempts() + 1, details);
        if (answer.failure() != null) {
            pauses.afterCancel(handle, job.key().tenant(), answer.failure(), now);
        }
        if (answer.result() != CancelResult.NOT_SENT) {
            // A cancel waits for no budget, so it is taken from it afterwards: later looks wait longer.
            budget.spend(handle, job.key().tenant(), 1, now);
        }
        if (answer.result().needsAPerson()) {
            deadline.tell(handle, job, tries, now, "The tenant refuses the cancel.");
        }
    }

    private Duration wait(CancelResult result, CancelTries tries) {
        Duration first = result.firstWait();
        if (result == CancelResult.ACCEPTED) {
            // An accepted cancel may take its time, but not so much that it is never sent again before the deadline.
            Duration fifth = deadline.length().dividedBy(5);
            first = fifth.compareTo(first) < 0 ? fifth : first;
            first = first.compareTo(SHORTEST_AFTER_ACCEPTED) < 0 ? SHORTEST_AFTER_ACCEPTED : first;
        }
        return schedule.backoff(tries.count(result), first, result.longestWait());
    }

    private void tell(Handle handle, WatchedJob job, Instant at, CancelResult result, int attempt, ObjectNode details) {
        telling.audit(
                handle,
                at,
                job.key(),
                AuditAction.CANCEL_RESULT,
                details.put("result", result.text()).put("attempt", attempt));
    }
}
