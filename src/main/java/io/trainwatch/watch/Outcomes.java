package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Policies;
import io.trainwatch.webhook.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges valid statuses, and commits each outcome that cancels nothing.
 *
 * <p>One transaction holds the new state, the event and the audit rows. An end and a reversal are committed one by one, like
 * a breach by {@link CancelIntents}; a look that found the job queued or running waits a moment to be committed with others.
 * What cannot be committed throws, and leaves the look to the route's rule for failures. Thread-safe.
 */
public final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");

    private final Shared shared;
    private final JobRecorder recorder;
    private final Policies policies;
    private final EarlierEnds earlierEnds;
    private final LookCommits commits;
    private final LookAudit audit;
    private final ProgressCommits progress;

    Outcomes(
            Shared shared,
            Policies policies,
            EarlierEnds earlierEnds,
            LookCommits commits,
            LookAudit audit,
            ProgressCommits progress) {
        this.shared = shared;
        this.recorder = shared.recorder();
        this.policies = policies;
        this.earlierEnds = earlierEnds;
        this.commits = commits;
        this.audit = audit;
        this.progress = progress;
    }

    /**
     * Judges a valid status of the job. Changes nothing but the variable {@code decision}, the kind of the decision, which the
     * router goes by: to ask the body for it took an eighth of what a look allocates.
     *
     * @param entityTag of the response that the status was read from; {@code null} for none
     */
    public Decision judgeResponse(
            Exchange exchange,
            @Variable("look") Look look,
            @Body JobStatus status,
            @Variable("entityTag") String entityTag) {
        Decision decision = judge(look, status, entityTag);
        exchange.setVariable("decision", decision.kind());
        return decision;
    }

    Decision judge(Look look, JobStatus status, String entityTag) {
        WatchedJob job = look.job();
        Instant now = shared.clock().instant();
        Observed seen = job.observed().after(status, now, job.due() == LookReason.NEAR_END);
        Observed observed =
                seen.expecting(earlierEnds.forecast(job.key(), seen, now).orElse(null), entityTag);
        Decision decision = policies.of(job.key(), job.policy()).judge().judge(status, job.state(), observed, now);
        Decision taken = switch (job.phase()) {
            case STOPPING -> decision.whileStopping(isCancelDue(job, now) && !status.cancelling());
            case ENDED -> decision.onceEnded();
            case WATCHING, UNWATCHED -> decision;
        };
        measure(job, taken);
        return taken;
    }

    private void measure(WatchedJob job, Decision taken) {
        String outcome = taken instanceof Decision.CancelAgain
                ? "cancel_again"
                : taken.kind().toLowerCase(Locale.ROOT);
        shared.measures().looked(job.key().tenant(), outcome);
        for (Breach breach : taken.verdict().breaches()) {
            shared.measures().broken(breach.rule(), breach.level().name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * What the tenant shows where it says that nothing has changed: the job as it was, without a new reading. Its entity tag
     * goes into a variable of that name, since it holds on.
     */
    public JobStatus unchanged(Exchange exchange, @Variable("look") Look look) {
        exchange.setVariable("entityTag", look.entityTag());
        WatchedJob job = look.job();
        Observed observed = job.observed();
        return new JobStatus(
                job.key().job(),
                job.state(),
                observed.lastProgress(),
                List.of(),
                ResourceUtilization.UNKNOWN,
                observed.startedAt(),
                observed.completedAt(),
                0,
                observed.failReason(),
                false);
    }

    private static boolean isCancelDue(WatchedJob job, Instant now) {
        return job.nextCancelAt() != null && !job.nextCancelAt().isAfter(now);
    }

    /** Commits that the job ended: it is watched no more, but for one look that confirms it. */
    public void finish(@Variable("look") Look look, @Body Decision.Finished decision) {
        WatchedJob job = look.job();
        TrainingState ending = decision.status().state();
        JobUpdate update = new JobUpdate(look, decision.at()).saw(decision).ended();
        shared.schedule()
                .afterEnd(decision.at(), look.listed())
                .ifPresent(at -> update.nextPollAt(at, LookReason.CONFIRM_END));
        JobEvent event = new JobEvent(job, EventType.endedAs(ending.name()), "ended", decision.at())
                .observed(decision.observed())
                .endedAs(ending)
                .because(job.phase() == Phase.STOPPING ? job.breach() : null);
        boolean committed = commits.end(look, decision, ActionTaken.NONE, handle -> {
            commits.write(handle, update);
            audit.recordNews(handle, look, decision);
            audit.recordEnd(handle, update, decision);
            recorder.publish(handle, event);
            audit.recordCheck(handle, update, decision, StatusChecks.CHANGES);
        });
        if (committed) {
            Instant endedAt = decision.observed().completedAt();
            if (endedAt != null) {
                shared.measures().endSeen(Duration.between(endedAt, decision.at()));
            }
            LOG.info("{} ended: {}", job.id(), ending);
        }
    }

    /** Commits that the job still runs, and when it is looked at next. */
    public void keepWatching(@Variable("look") Look look, @Body Decision.Running decision) {
        progress.add(look, decision, ActionTaken.NONE);
    }

    /** Commits that the job is still as it ended: it is not looked at again. */
    public void confirmEnd(@Variable("look") Look look, @Body Decision.Confirmed decision) {
        WatchedJob job = look.job();
        commits.end(look, decision, ActionTaken.NONE, handle -> {
            commits.write(handle, new JobUpdate(look, decision.at()).noNextLook());
            recorder.record(
                    handle,
                    decision.at(),
                    job.key(),
                    AuditAction.END_CONFIRMED,
                    details().put("state", job.state().name()));
        });
    }

    /** Reports a move that no job can make; the state that was known stays, and the job is watched on. */
    public void reportReversal(@Variable("look") Look look, @Body Decision.Reversed decision) {
        WatchedJob job = look.job();
        TrainingState claimed = decision.status().state();
        boolean hadEnded = job.phase() == Phase.ENDED;
        JobUpdate update = new JobUpdate(look, decision.at()).saw(job.state(), job.observed());
        if (hadEnded) {
            update.noNextLook();
        } else {
            update.nextPollAt(shared.schedule().afterLook(decision.at()), LookReason.INTERVAL);
        }
        String message = "The tenant reports the job as " + claimed + " after " + job.state() + ". "
                + (hadEnded
                        ? "The end that was told stands, and the job is not looked at again: see what became of it."
                        : "The report is not followed, and the job is watched on.");
        String transition = "reversed:" + job.state() + ">" + claimed;
        JobEvent event = new JobEvent(job, EventType.JOB_REVERSED, transition, decision.at()).message(message);
        commits.end(look, decision, ActionTaken.NONE, handle -> {
            commits.write(handle, update);
            audit.recordRecovery(handle, look, decision.at());
            if (recorder.publish(handle, event)) {
                recorder.record(
                        handle,
                        decision.at(),
                        job.key(),
                        AuditAction.JOB_REVERSED,
                        details()
                                .put("known", job.state().name())
                                .put("reported", claimed.name())
                                .put("had_ended", hadEnded)
                                .put("message", message));
                LOG.warn("{}: {}", job.id(), message);
            }
        });
    }
}
