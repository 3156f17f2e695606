package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Decision;
import io.trainwatch.store.Store;
import io.trainwatch.watch.LookCommits.StaleLook;
import io.trainwatch.watch.Schedule.NextLook;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * What one look changes in the row of its job. Starts as the row was claimed; set what is new, then {@link LookCommits#write}.
 *
 * <p>Not thread-safe; belongs to one look.
 */
final class JobUpdate {

    private final Look look;
    private final Instant at;
    private Phase phase;
    private TrainingState state;
    private Observed observed;
    private Instant endedAt;
    private Breach breach;
    private Instant cancelRequestedAt;
    private int cancelAttempts;
    private Instant nextCancelAt;
    private CancelTries tries;
    private int failures;
    private Instant failingSince;
    private String failure;
    private boolean unreachable;
    private Instant nextPollAt;
    private LookReason due;
    private ReportedBreaches reported;
    private boolean release = true;

    JobUpdate(Look look, Instant at) {
        WatchedJob job = look.job();
        this.look = look;
        this.at = at;
        this.phase = job.phase();
        this.state = job.state();
        this.observed = job.observed();
        this.breach = job.breach();
        this.cancelRequestedAt = job.cancelRequestedAt();
        this.cancelAttempts = job.cancelAttempts();
        this.nextCancelAt = job.nextCancelAt();
        this.tries = job.tries();
        this.failures = job.failures();
        this.failingSince = job.failingSince();
        this.failure = job.failure();
        this.unreachable = job.unreachable();
        this.nextPollAt = job.nextPollAt();
        this.due = job.due();
        this.reported = job.reported();
    }

    /**
     * Starts as the row is now: for a look that has committed something already, such as the intent to stop the job.
     *
     * @throws StaleLook where the job has been claimed since
     */
    static JobUpdate ofRow(Handle handle, Look look, Instant at) {
        WatchedJob now = JobRow.find(handle, look.job().id())
                .filter(job -> job.fence() == look.job().fence())
                .orElseThrow(() -> new StaleLook(look.job().id()));
        return new JobUpdate(new Look(now, look.claimedAt()), at);
    }

    /** A valid status was seen: what failed before is over. */
    JobUpdate saw(TrainingState newState, Observed sum) {
        state = newState;
        observed = sum;
        failures = 0;
        failingSince = null;
        failure = null;
        unreachable = false;
        return this;
    }

    /** {@link #saw(TrainingState, Observed)} of a status that is followed. */
    JobUpdate saw(Decision decision) {
        return saw(decision.status().state(), decision.observed());
    }

    JobUpdate failed(int inARow, Instant since, String what, boolean isReported) {
        failures = inARow;
        failingSince = since;
        failure = what;
        unreachable = isReported;
        return this;
    }

    JobUpdate ended() {
        phase = Phase.ENDED;
        endedAt = at;
        nextPollAt = null;
        nextCancelAt = null;
        tries = new CancelTries(false, tries.last(), tries.message(), tries.counts());
        return this;
    }

    JobUpdate breached(Breach decidedOn) {
        breach = decidedOn;
        return this;
    }

    JobUpdate reported(ReportedBreaches breaches) {
        reported = breaches;
        return this;
    }

    JobUpdate stopping() {
        phase = Phase.STOPPING;
        cancelRequestedAt = at;
        nextCancelAt = at;
        tries = CancelTries.NONE.sending();
        return this;
    }

    /** The intent to stop is taken back before anything was sent: the job is judged anew. */
    JobUpdate withdrawn() {
        phase = Phase.WATCHING;
        cancelRequestedAt = null;
        nextCancelAt = null;
        tries = CancelTries.NONE;
        return this;
    }

    /** A request to cancel follows this commit. */
    JobUpdate cancelling() {
        tries = tries.sending();
        return this;
    }

    /** The request to cancel has come to this, and the next one is due then. */
    JobUpdate cancelCameTo(CancelTries all, Instant again) {
        cancelAttempts++;
        tries = all;
        nextCancelAt = again;
        return this;
    }

    /** What the latest requests to cancel have come to since. */
    JobUpdate tries(CancelTries all) {
        tries = all;
        return this;
    }

    JobUpdate next(NextLook next) {
        return nextPollAt(next.at(), next.why());
    }

    JobUpdate nextPollAt(Instant next, LookReason why) {
        nextPollAt = next;
        due = why;
        return this;
    }

    /** It is looked at again as usual, or sooner where its end is near. */
    JobUpdate lookAgain(Schedule schedule) {
        return next(schedule.afterLook(at, observed, look.listed()));
    }

    /** It is looked at again soon, since its end is awaited. */
    JobUpdate lookForEnd(Schedule schedule) {
        return nextPollAt(schedule.afterCancel(at, cancelRequestedAt, nextCancelAt), LookReason.AFTER_CANCEL);
    }

    /** It is not looked at again. */
    JobUpdate noNextLook() {
        nextPollAt = null;
        return this;
    }

    /** Adds to the details of an audit row when the job is looked at next, and why then; nothing while this look goes on. */
    ObjectNode addNextLook(ObjectNode details) {
        return nextPollAt == null || !release ? details : JobRecorder.nextLook(details, nextPollAt, due);
    }

    /** Keeps the lease: the look goes on after the commit. */
    JobUpdate keepLease() {
        release = false;
        return this;
    }

    Look look() {
        return look;
    }

    /** When what it changes came to be. */
    Instant at() {
        return at;
    }

    /** Requests to cancel the job so far. */
    int cancelAttempts() {
        return cancelAttempts;
    }

    /** Binds what {@code commit-look.sql} writes. */
    <S extends SqlStatement<S>> S bindTo(S statement, String node) {
        return statement
                .bind("phase", phase.name())
                .bind("state", state == null ? null : state.name())
                .bind("observed", observed.toJson())
                .bind("lookedAt", at.toEpochMilli())
                .bind("endedAt", Store.millis(endedAt))
                .bind("breach", breach == null ? null : BreachJson.write(breach))
                .bind("reported", reported.toString())
                .bind("cancelRequestedAt", Store.millis(cancelRequestedAt))
                .bind("cancelAttempts", cancelAttempts)
                .bind("nextCancelAt", Store.millis(nextCancelAt))
                .bind("cancelTries", tries == CancelTries.NONE ? null : tries.toJson())
                .bind("failures", failures)
                .bind("failingSince", Store.millis(failingSince))
                .bind("failure", failure)
                .bind("unreachable", unreachable ? 1 : 0)
                .bind("nextPollAt", nextPollAt == null ? Store.NEVER : nextPollAt.toEpochMilli())
                .bind("due", due.name())
                .bind("holder", release ? "" : node)
                .bind("release", release)
                .bind("id", look.job().id())
                .bind("fence", look.job().fence())
                .bind("node", node);
    }
}
