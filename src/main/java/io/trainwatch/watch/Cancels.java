package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.Words;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;

/**
 * Commits what the tenant answered to a request to cancel. Whatever it was, the job is watched on until the tenant reports
 * its end; where a look finds it running when the next request is due, the request is sent again. {@link CancelResult} has
 * the waits, {@link CancelDeadline} reports when it takes too long.
 *
 * <p>One request is one row in the audit: nothing is repeated unseen, and no request is repeated without a look before it.
 */
public final class Cancels {

    private static final Duration MIN_WAIT_AFTER_ACCEPTED = Duration.ofSeconds(1);

    private final Shared shared;
    private final LookCommits commits;
    private final CancelDeadline deadline;
    private final RequestBudget budget;

    Cancels(Shared shared, LookCommits commits, CancelDeadline deadline, RequestBudget budget) {
        this.shared = shared;
        this.commits = commits;
        this.deadline = deadline;
        this.budget = budget;
    }

    /** The tenant took the cancel. */
    public void accepted(@Variable("look") Look look, @Header(Exchange.HTTP_RESPONSE_CODE) int status) {
        Answer answer = new Answer(
                CancelResult.ACCEPTED, status + ": the tenant took the cancel.", status, Duration.ZERO, null);
        commit(look, answer, shared.clock().instant());
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
            shared.looks().lost(look, e);
        }
    }

    private void commitFailure(Look look, Throwable thrown, String authorization) {
        Instant now = shared.clock().instant();
        CallFailure failure = CallFailure.of(thrown, now);
        CancelResult result = CancelResult.of(failure);
        String message = result == CancelResult.TOO_LATE
                ? failure.status() + ": the tenant says that the job is over; the next look tells."
                : new Mask(authorization).in(failure.message());
        Duration asked = failure.retryAfter().orElse(Duration.ZERO);
        commit(look, new Answer(result, message, failure.status(), asked, failure), now);
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
            committed = commits.commit(look, handle -> commit(handle, look, answer, now));
        } catch (RuntimeException e) {
            throw new NotCommitted(answer.message(), e);
        }
        shared.looks().done(look);
        shared.measures().cancelled(answer.result().text());
        if (committed && answer.result() == CancelResult.REFUSED) {
            deadline.log(look.job(), answer.message());
        } else if (answer.result() == CancelResult.ACCEPTED) {
            shared.faults().works(CancelDeadline.cancels(look.job()));
        }
    }

    private void commit(Handle handle, Look look, Answer answer, Instant now) {
        JobUpdate update = JobUpdate.ofRow(handle, look, now);
        WatchedJob job = update.look().job();
        CancelTries tries = job.tries().with(answer.result(), answer.message());
        Duration wait = wait(answer.result(), tries);
        Instant again = now.plus(wait.compareTo(answer.asked()) > 0 ? wait : answer.asked());
        update.cancelCameTo(tries, again).lookForEnd(shared.schedule());
        commits.write(handle, update);
        ObjectNode details = details().put("message", answer.message());
        if (answer.status() != 0) {
            details.put("http_status", answer.status());
        }
        if (!answer.asked().isZero()) {
            details.put("retry_after_seconds", answer.asked().toMillis() / 1000.0);
        }
        details.put("again_at", again.toString());
        shared.recorder().recordCancel(handle, update, answer.result(), update.addNextLook(details));
        if (answer.failure() != null) {
            shared.pauses().afterCancel(handle, job.key().tenant(), answer.failure(), now);
        }
        if (answer.result() != CancelResult.NOT_SENT) {
            // A cancel waits for no budget, so it is taken from it afterwards: later looks wait longer.
            budget.spend(handle, job.key().tenant(), 1, now);
        }
        if (answer.result().needsAPerson()) {
            deadline.report(handle, job, tries, now, "The tenant refuses the cancel.");
        }
    }

    private Duration wait(CancelResult result, CancelTries tries) {
        Duration first = result.firstWait();
        if (result == CancelResult.ACCEPTED) {
            // An accepted cancel may take its time, but not so much that it is never sent again before the deadline.
            Duration fifth = deadline.length().dividedBy(5);
            first = fifth.compareTo(first) < 0 ? fifth : first;
            first = first.compareTo(MIN_WAIT_AFTER_ACCEPTED) < 0 ? MIN_WAIT_AFTER_ACCEPTED : first;
        }
        return shared.schedule().backoff(tries.count(result), first, result.longestWait());
    }
}
