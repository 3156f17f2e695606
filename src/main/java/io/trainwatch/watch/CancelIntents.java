package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditBarrier;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.job.JobKey;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.PolicyInForce.CancelWithheld;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the intent to cancel a job, and sees to it that it is on record before the request is sent.
 *
 * <p>The order is: decided, committed with its event and its audit row, on disk in the audit, sent. Where the policy, the
 * budget or the audit withholds the cancel, that is reported and the job is watched on. Thread-safe.
 */
public final class CancelIntents {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");
    private static final String WITHHELD = "cancelling what breaks its policy";

    private final Shared shared;
    private final LookCommits commits;
    private final LookAudit audit;
    private final AuditBarrier barrier;
    private final CancelBudget budget;
    private final ProgressCommits progress;
    private final BreachReports breaches;

    CancelIntents(
            Shared shared,
            LookCommits commits,
            LookAudit audit,
            AuditBarrier barrier,
            CancelBudget budget,
            ProgressCommits progress) {
        this.shared = shared;
        this.commits = commits;
        this.audit = audit;
        this.barrier = barrier;
        this.budget = budget;
        this.progress = progress;
        this.breaches = new BreachReports(shared.recorder());
    }

    /**
     * Commits that the job is to be cancelled, with its audit row, before anything is sent; or that it would be, where that
     * is withheld.
     *
     * @return {@code true} where the request is to be sent now, under the lease that this look holds
     */
    public boolean commit(@Variable("look") Look look, @Body Decision.Breached decision) {
        Optional<CancelWithheld> withheld =
                withheld(look, decision).or(() -> barrier.whyClosed().map(CancelWithheld::audit));
        if (withheld.isPresent()) {
            report(look, decision, withheld.get());
            shared.measures().withheld(withheld.get().word());
            return false;
        }
        AtomicReference<CancelWithheld> refused = new AtomicReference<>();
        boolean committed = commits.commitUrgently(look, decision, handle -> {
            Optional<String> spent = budget.take(handle, look.key(), decision.policy(), decision.at());
            if (spent.isPresent()) {
                refused.set(CancelWithheld.budget(spent.get()));
                writeReport(handle, look, decision, refused.get());
                return ActionTaken.REPORT;
            }
            writeIntent(handle, look, decision);
            return ActionTaken.CANCEL;
        });
        if (refused.get() != null) {
            shared.looks().done(look);
            BreachReports.logWithheld(look.job(), decision.verdict(), refused.get());
            shared.measures().withheld(refused.get().word());
            return false;
        }
        if (!committed) {
            return false;
        }
        Breach breach = decision.verdict().first();
        LOG.info(
                "{} breaks {}: {} over {}; it is being cancelled",
                look.job().id(),
                breach.rule(),
                breach.observed(),
                breach.limit());
        Optional<String> unwritten = unwritten(look);
        if (unwritten.isPresent()) {
            // The look itself was recorded with the intent.
            commits.commit(look, handle -> withdraw(handle, look, decision, unwritten.get(), true));
            shared.looks().done(look);
            return false;
        }
        shared.faults().works(WITHHELD);
        return true;
    }

    /**
     * Commits that the request is sent again: the job still runs, so that the last one was lost, refused or without effect.
     *
     * @return {@code true} where it is to be sent now, under the lease that this look holds
     */
    public boolean commitAgain(@Variable("look") Look look, @Body Decision.CancelAgain decision) {
        Optional<String> unwritten = unwritten(look);
        if (unwritten.isPresent()) {
            // An intent that is on disk may have been followed by a request before this node was started.
            boolean neverSent = look.job().cancelAttempts() == 0
                    && !barrier.isOnDisk(intent(look, AuditAction.AUTO_CANCEL_TRIGGERED));
            commits.end(
                    look,
                    decision,
                    ActionTaken.NONE,
                    handle -> withdraw(handle, look, decision, unwritten.get(), neverSent));
            return false;
        }
        return commits.commit(look, decision, handle -> {
            JobUpdate update = new JobUpdate(look, decision.at()).saw(decision).keepLease();
            audit.recordNews(handle, look, decision);
            sendAgain(handle, update, decision);
            commits.write(handle, update);
        });
    }

    /** Says what became of the last request, now that the next one is sent. */
    private void sendAgain(Handle handle, JobUpdate update, Decision decision) {
        WatchedJob job = update.look().job();
        CancelTries tries = job.tries();
        if (tries.underWay()) {
            String message = "Trainwatch stopped before an answer was recorded: the cancel may have been sent or not.";
            update.cancelCameTo(tries.with(CancelResult.UNKNOWN, message), job.nextCancelAt());
            recordResult(handle, update, CancelResult.UNKNOWN, message);
        } else if (tries.last() != null && tries.last().whereStillRunning() != tries.last()) {
            CancelResult result = tries.last().whereStillRunning();
            String message = (result == CancelResult.IGNORED
                            ? "The tenant took the cancel, but reports the job as "
                            : "The tenant said that the job is over, but reports it as ")
                    + decision.status().state() + ": the cancel is sent again.";
            update.tries(tries.with(result, message));
            recordResult(handle, update, result, message);
        }
        update.cancelling();
    }

    private void recordResult(Handle handle, JobUpdate update, CancelResult result, String message) {
        shared.recorder().recordCancel(handle, update, result, details().put("message", message));
    }

    /** Why the intent to stop the job is not on disk; empty where it is. */
    private Optional<String> unwritten(Look look) {
        // The policy's or an order's: there is a row of one of them only, and for the other nothing is waited for.
        return barrier.whyClosed()
                .or(() -> barrier.awaitOnDisk(intent(look, AuditAction.AUTO_CANCEL_TRIGGERED)))
                .or(() -> barrier.awaitOnDisk(intent(look, AuditAction.CANCEL_ORDERED)));
    }

    private static AuditEntry intent(Look look, AuditAction action) {
        JobKey key = look.key();
        return new AuditEntry(look.claimedAt(), key.tenant(), key.project(), key.job(), action, "");
    }

    /**
     * The intent is committed and is not on record, so no request is sent. Where none was sent before and the audit cannot be
     * written, the intent is taken back and a later look judges again; where it is only late, the next look sends it.
     */
    private void withdraw(Handle handle, Look look, Decision decision, String unwritten, boolean neverSent) {
        boolean takeBack = neverSent && barrier.whyClosed().isPresent();
        JobUpdate update = JobUpdate.ofRow(handle, look, decision.at());
        WatchedJob job = update.look().job();
        update.saw(decision);
        audit.recordState(handle, update.look(), decision);
        if (neverSent) {
            update.tries(CancelTries.NONE);
        }
        if (takeBack) {
            CancelWithheld why = CancelWithheld.audit(unwritten);
            update.withdrawn().nextPollAt(shared.schedule().afterLook(decision.at()), LookReason.INTERVAL);
            breaches.recordWithheld(handle, update, BreachJson.node(job.breach()), why);
            shared.faults().warn(WITHHELD, WITHHELD, job.id() + " is not cancelled, since " + why.why());
        } else {
            update.lookForEnd(shared.schedule());
        }
        commits.write(handle, update);
    }

    /** Why nothing is cancelled, as far as rules and policy say; the budget is asked in the transaction. */
    private static Optional<CancelWithheld> withheld(Look look, Decision.Breached decision) {
        return decision.verdict().first().level() == Level.WARN
                ? Optional.of(CancelWithheld.WARNING)
                : look.job().exempt()
                        ? Optional.of(CancelWithheld.EXEMPT)
                        : decision.policy().withholds(look.key(), decision.at());
    }

    private void writeIntent(Handle handle, Look look, Decision.Breached decision) {
        JobUpdate update = new JobUpdate(look, decision.at())
                .saw(decision)
                .breached(decision.verdict().first())
                .stopping()
                .keepLease();
        audit.recordNews(handle, look, decision);
        update.reported(breaches.reportCancel(handle, update, decision.verdict()));
        commits.write(handle, update);
    }

    /** Breaches that lead to no cancel are reported once each, and the job is watched on. */
    private void report(Look look, Decision.Breached decision, CancelWithheld withheld) {
        if (!BreachReports.isNews(look.job(), decision.verdict(), withheld)) {
            progress.add(look, decision, ActionTaken.REPORT);
            return;
        }
        Consumer<Handle> work = handle -> writeReport(handle, look, decision, withheld);
        if (commits.end(look, decision, ActionTaken.REPORT, work)) {
            BreachReports.logWithheld(look.job(), decision.verdict(), withheld);
        }
    }

    private void writeReport(Handle handle, Look look, Decision.Breached decision, CancelWithheld withheld) {
        JobUpdate update = new JobUpdate(look, decision.at())
                .saw(decision)
                .breached(decision.verdict().first())
                .lookAgain(shared.schedule());
        audit.recordNews(handle, look, decision);
        update.reported(breaches.reportWithheld(handle, update, decision.verdict(), withheld));
        commits.write(handle, update);
    }
}
