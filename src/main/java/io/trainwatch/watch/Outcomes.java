package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.AuditGate;
import io.trainwatch.audit.StatusChecks;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.job.Transition;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.CancelWithheld;
import io.trainwatch.rules.Judgement;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.Policies;
import io.trainwatch.rules.PolicyInForce;
import io.trainwatch.rules.Verdict;
import io.trainwatch.store.GroupCommit;
import io.trainwatch.store.Store;
import io.trainwatch.watch.LookRecorder.Recording;
import io.trainwatch.webhook.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a valid status means for its job, and commits it: one transaction holds the new state, the event and the
 * audit rows.
 *
 * <p>An end, a breach and a reversal are committed one by one; a look that found the job queued or running waits a moment
 * to be committed with others, because losing it only means looking again. What cannot be committed throws, and leaves the
 * look to the route's rule for failures. Thread-safe.
 */
public final class Outcomes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");
    private static final String CONFIRMED = "confirmed";
    private static final String WITHHELD = "cancelling what breaks its policy";
    private static final int MOST_AT_ONCE = 200;
    static final Duration LONGEST_WAIT = Duration.ofMillis(100);
    private static final int MOST_BREACHES_TOLD = 4;

    private final Store store;
    private final Leases leases;
    private final Policies policies;
    private final CancelBudget budget;
    private final BreachReports breaches;
    private final JobRecorder telling;
    private final AuditGate audit;
    private final LookRecorder recorder;
    private final TenantPauses pauses;
    private final Cancels cancels;
    private final Schedule schedule;
    private final StatusChecks checks;
    private final StaleLooks stale;
    private final InstantSource clock;
    private final GroupCommit<Progress> progress;

    Outcomes(
            Store store,
            Leases leases,
            Policies policies,
            CancelBudget budget,
            JobRecorder telling,
            AuditGate audit,
            LookRecorder recorder,
            TenantPauses pauses,
            Cancels cancels,
            FailedLooks failedLooks,
            Schedule schedule,
            StatusChecks checks,
            StaleLooks stale,
            Duration longestWait,
            InstantSource clock) {
        this.store = store;
        this.leases = leases;
        this.policies = policies;
        this.budget = budget;
        this.breaches = new BreachReports(telling);
        this.telling = telling;
        this.audit = audit;
        this.recorder = recorder;
        this.pauses = pauses;
        this.cancels = cancels;
        this.schedule = schedule;
        this.checks = checks;
        this.stale = stale;
        this.clock = clock;
        this.progress = new GroupCommit<>(
                "trainwatch-progress",
                MOST_AT_ONCE,
                longestWait,
                this::commitProgress,
                (item, thrown) -> failedLooks.recordFault(item.update().look(), thrown));
    }

    /** Judges a valid status of the job. Changes nothing. */
    public Decision judge(@Variable("look") Look look, @Body JobStatus status) {
        WatchedJob job = look.job();
        Instant now = clock.instant();
        Observed observed = job.observed().after(status, now);
        PolicyInForce policy = policies.of(job.key(), job.policy());
        Judgement judgement = policy.judge().judge(status, job.state(), observed, now);
        Verdict verdict = judgement.verdict();
        String outcome = verdict.outcome();
        boolean runs = !(verdict instanceof Verdict.Finished || verdict instanceof Verdict.Reversed);
        if (job.phase() == Phase.STOPPING && runs) {
            boolean cancelIsDue =
                    job.nextCancelAt() != null && !job.nextCancelAt().isAfter(now) && !status.cancelling();
            outcome = cancelIsDue ? "breached" : "running";
        } else if (job.phase() == Phase.ENDED && verdict instanceof Verdict.Finished) {
            outcome = CONFIRMED;
        }
        return new Decision(outcome, status, verdict, judgement.observed(), policy, now);
    }

    /** What the router goes by. */
    public String outcomeOf(@Body Decision decision) {
        return decision.outcome();
    }

    /** Commits that the job ended: it is not watched any more, and looked at once more to confirm it. */
    public void finish(@Variable("look") Look look, @Body Decision decision) {
        WatchedJob job = look.job();
        TrainingState ending = decision.status().state();
        JobUpdate update = new JobUpdate(look, decision.at())
                .saw(ending, decision.observed())
                .ended();
        schedule.afterEnd(decision.at(), look.listed()).ifPresent(at -> update.nextPollAt(at, LookReason.CONFIRM_END));
        boolean committed = commitAndRelease(look, decision, ActionTaken.NONE, handle -> {
            update.commit(handle, store, leases.node());
            tellRecovery(handle, look, decision.at());
            tellStateChange(handle, look, decision);
            telling.audit(handle, decision.at(), job.key(), AuditAction.MONITOR_COMPLETE, completion(update, decision));
            telling.event(
                    handle,
                    job,
                    EventType.endedAs(ending.name()),
                    "ended",
                    ending,
                    decision.observed(),
                    job.phase() == Phase.STOPPING ? job.breach() : null,
                    decision.at());
            auditCheck(handle, update, decision, StatusChecks.CHANGES);
        });
        if (committed) {
            LOG.info("{} ended: {}", job.id(), ending);
        }
    }

    /**
     * Commits that the job is to be stopped, with its audit row, before anything is sent; or that it would be, where the
     * policy only reports.
     *
     * @return {@code true} where the cancel is to be sent now, under the lease that this look holds
     */
    public boolean stop(@Variable("look") Look look, @Body Decision decision) {
        WatchedJob job = look.job();
        if (job.phase() == Phase.STOPPING) {
            Optional<String> unwritten = unwritten(look);
            if (unwritten.isPresent()) {
                // An intent that is on disk may have been followed by a request before this node was started.
                boolean neverSent =
                        job.cancelAttempts() == 0 && !audit.isOnDisk(intent(look, AuditAction.AUTO_CANCEL_TRIGGERED));
                withdraw(look, decision, unwritten.get(), neverSent);
                return false;
            }
            // Decided before, and the job still runs: the DELETE was lost, refused or without effect.
            return commit(look, decision, ActionTaken.NONE, handle -> {
                JobUpdate update = new JobUpdate(look, decision.at())
                        .saw(decision.status().state(), decision.observed())
                        .keepLease();
                tellRecovery(handle, look, decision.at());
                tellStateChange(handle, look, decision);
                cancels.sendAgain(handle, update, decision.status(), decision.at());
                update.commit(handle, store, leases.node());
            });
        }
        Verdict.Breached breached = (Verdict.Breached) decision.verdict();
        Optional<CancelWithheld> withheld =
                withheld(job, decision, breached).or(() -> audit.whyClosed().map(CancelWithheld::audit));
        if (withheld.isPresent()) {
            report(look, decision, breached, withheld.get());
            return false;
        }
        AtomicReference<CancelWithheld> refused = new AtomicReference<>();
        boolean committed = commitUrgently(look, decision, handle -> {
            Optional<String> spent = budget.take(handle, job.key(), decision.policy(), decision.at());
            if (spent.isPresent()) {
                refused.set(CancelWithheld.budget(spent.get()));
                commitReport(handle, look, decision, breached, refused.get());
                return ActionTaken.REPORT;
            }
            commitIntent(handle, look, decision, breached);
            return ActionTaken.CANCEL;
        });
        if (refused.get() != null) {
            leases.done(look);
            BreachReports.logWithheld(job, breached, refused.get());
            return false;
        }
        if (committed) {
            Breach breach = breached.first();
            LOG.info(
                    "{} breaks {}: {} over {}; it is being cancelled",
                    job.id(),
                    breach.rule(),
                    breach.observed(),
                    breach.limit());
        }
        Optional<String> unwritten = committed ? unwritten(look) : Optional.empty();
        unwritten.ifPresent(why -> withdraw(look, decision, why, true));
        boolean mayBeSent = committed && unwritten.isEmpty();
        if (mayBeSent) {
            leases.faults().works(WITHHELD);
        }
        return mayBeSent;
    }

    /** Why the intent to stop the job is not on disk; empty where it is. */
    private Optional<String> unwritten(Look look) {
        // The policy's or an order's: there is a row of one of them only, and for the other nothing is waited for.
        return audit.whyClosed()
                .or(() -> audit.awaitOnDisk(intent(look, AuditAction.AUTO_CANCEL_TRIGGERED)))
                .or(() -> audit.awaitOnDisk(intent(look, AuditAction.CANCEL_ORDERED)));
    }

    private static AuditEntry intent(Look look, AuditAction action) {
        JobKey key = look.job().key();
        return new AuditEntry(look.claimedAt(), key.tenant(), key.project(), key.job(), action, "");
    }

    /**
     * The intent is committed and is not on record, so no request is sent. Where none was sent before and the audit cannot be
     * written, the intent is taken back and a later look judges again; where it is only late, the next look sends it.
     */
    private void withdraw(Look look, Decision decision, String unwritten, boolean neverSent) {
        boolean takeBack = neverSent && audit.whyClosed().isPresent();
        Consumer<Handle> work = handle -> {
            JobUpdate update = JobUpdate.ofRow(handle, look, decision.at());
            WatchedJob job = update.look().job();
            update.saw(decision.status().state(), decision.observed());
            tellStateChange(handle, update.look(), decision);
            if (neverSent) {
                update.tries(CancelTries.NONE);
            }
            if (takeBack) {
                CancelWithheld why = CancelWithheld.audit(unwritten);
                update.withdrawn().nextPollAt(schedule.afterLook(decision.at()), LookReason.INTERVAL);
                telling.audit(
                        handle,
                        decision.at(),
                        job.key(),
                        AuditAction.CANCEL_WITHHELD,
                        update.tellNextLook(BreachJson.node(job.breach())
                                .put("withheld", why.word())
                                .put("why", why.why())));
                leases.faults().warn(WITHHELD, WITHHELD, job.id() + " is not cancelled, since " + why.why());
            } else {
                update.nextPollAt(
                        schedule.afterCancel(decision.at(), job.cancelRequestedAt(), job.nextCancelAt()),
                        LookReason.AFTER_CANCEL);
            }
            update.commit(handle, store, leases.node());
        };
        if (look.job().phase() == Phase.STOPPING) {
            commitAndRelease(look, decision, ActionTaken.NONE, work);
            return;
        }
        // The look itself was recorded with the intent.
        stale.commit(store, leases, look, work);
        leases.done(look);
    }

    /** Why nothing is cancelled, as far as rules and policy say; the budget is asked in the transaction. */
    private static Optional<CancelWithheld> withheld(WatchedJob job, Decision decision, Verdict.Breached breached) {
        return breached.first().level() == Level.WARN
                ? Optional.of(CancelWithheld.WARNING)
                : job.exempt()
                        ? Optional.of(CancelWithheld.EXEMPT)
                        : decision.policy().withholds(job.key(), decision.at());
    }

    private void commitIntent(Handle handle, Look look, Decision decision, Verdict.Breached breached) {
        JobUpdate update = new JobUpdate(look, decision.at())
                .saw(decision.status().state(), decision.observed())
                .breached(breached.first())
                .stopping()
                .keepLease();
        tellRecovery(handle, look, decision.at());
        tellStateChange(handle, look, decision);
        update.told(breaches.cancelled(handle, look, decision, breached));
        update.commit(handle, store, leases.node());
    }

    /** Commits that the job still runs, and when it is looked at next. */
    public void keepWatching(@Variable("look") Look look, @Body Decision decision) {
        keepWatching(look, decision, ActionTaken.NONE);
    }

    private void keepWatching(Look look, Decision decision, ActionTaken act) {
        WatchedJob job = look.job();
        JobUpdate update =
                new JobUpdate(look, decision.at()).saw(decision.status().state(), decision.observed());
        if (job.phase() == Phase.STOPPING) {
            update.nextPollAt(
                    schedule.afterCancel(decision.at(), job.cancelRequestedAt(), job.nextCancelAt()),
                    LookReason.AFTER_CANCEL);
        } else {
            update.nextPollAt(
                    look.listed() ? schedule.afterListedLook(decision.at()) : schedule.afterLook(decision.at()),
                    LookReason.INTERVAL);
        }
        Progress seen = new Progress(update, decision, record(look, decision, act));
        leases.handedOver(look);
        progress.add(seen);
    }

    /** Commits that the job is still as it ended: it is not looked at again. */
    public void confirmEnd(@Variable("look") Look look, @Body Decision decision) {
        WatchedJob job = look.job();
        commitAndRelease(look, decision, ActionTaken.NONE, handle -> {
            new JobUpdate(look, decision.at()).noNextLook().commit(handle, store, leases.node());
            telling.audit(
                    handle,
                    decision.at(),
                    job.key(),
                    AuditAction.END_CONFIRMED,
                    details().put("state", job.state().name()));
        });
    }

    /** Reports a move that no job can make; the state that was known stays, and the job is watched on. */
    public void reportReversal(@Variable("look") Look look, @Body Decision decision) {
        WatchedJob job = look.job();
        TrainingState claimed = decision.status().state();
        boolean hadEnded = job.phase() == Phase.ENDED;
        JobUpdate update = new JobUpdate(look, decision.at()).saw(job.state(), job.observed());
        if (hadEnded) {
            update.noNextLook();
        } else {
            update.nextPollAt(schedule.afterLook(decision.at()), LookReason.INTERVAL);
        }
        String message = "The tenant reports the job as " + claimed + " after " + job.state() + ". "
                + (hadEnded
                        ? "The end that was told stands, and the job is not looked at again: see what became of it."
                        : "The report is not followed, and the job is watched on.");
        commitAndRelease(look, decision, ActionTaken.NONE, handle -> {
            update.commit(handle, store, leases.node());
            tellRecovery(handle, look, decision.at());
            boolean isNew = telling.event(
                    handle,
                    job,
                    EventType.JOB_REVERSED,
                    "reversed:" + job.state() + ">" + claimed,
                    null,
                    job.observed(),
                    null,
                    decision.at(),
                    message);
            if (isNew) {
                telling.audit(
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

    /** Commits what still waits. */
    @Override
    public void close() {
        progress.close();
    }

    /** Breaches that lead to no cancel are told once each, and the job is watched on. */
    private void report(Look look, Decision decision, Verdict.Breached breached, CancelWithheld withheld) {
        WatchedJob job = look.job();
        if (!BreachReports.isNews(job, breached, withheld)) {
            keepWatching(look, decision, ActionTaken.REPORT);
            return;
        }
        if (commitAndRelease(
                look,
                decision,
                ActionTaken.REPORT,
                handle -> commitReport(handle, look, decision, breached, withheld))) {
            BreachReports.logWithheld(job, breached, withheld);
        }
    }

    private void commitReport(
            Handle handle, Look look, Decision decision, Verdict.Breached breached, CancelWithheld withheld) {
        JobUpdate update = new JobUpdate(look, decision.at())
                .saw(decision.status().state(), decision.observed())
                .breached(breached.first())
                .nextPollAt(
                        look.listed() ? schedule.afterListedLook(decision.at()) : schedule.afterLook(decision.at()),
                        LookReason.INTERVAL);
        tellRecovery(handle, look, decision.at());
        tellStateChange(handle, look, decision);
        update.told(breaches.withheld(handle, update, decision, breached.all(), withheld));
        update.commit(handle, store, leases.node());
    }

    /** Tells that looks failed before this one. */
    private void tellRecovery(Handle handle, Look look, Instant at) {
        WatchedJob job = look.job();
        if (job.failures() > 0) {
            telling.audit(
                    handle,
                    at,
                    job.key(),
                    AuditAction.MONITOR_RECOVERED,
                    details().put("failed_looks", job.failures()).put("last_failure", job.failure()));
        }
    }

    private void tellStateChange(Handle handle, Look look, Decision decision) {
        WatchedJob job = look.job();
        TrainingState before = job.state();
        for (TrainingState inferred :
                Transition.between(before, decision.status().state()).inferred()) {
            telling.audit(
                    handle,
                    decision.at(),
                    job.key(),
                    AuditAction.STATE_CHANGED,
                    stateChange(before, inferred).put("inferred", true));
            before = inferred;
        }
        if (before != decision.status().state()) {
            telling.audit(
                    handle,
                    decision.at(),
                    job.key(),
                    AuditAction.STATE_CHANGED,
                    stateChange(before, decision.status().state())
                            .put("progress_percent", decision.status().progressPercent()));
        }
        tellIncomplete(handle, look, decision);
    }

    /** Tells of each field of the tenant's document that cannot be used once, however often it comes. */
    private void tellIncomplete(Handle handle, Look look, Decision decision) {
        Map<String, String> why = decision.status().incomplete();
        if (why.isEmpty()) {
            return;
        }
        List<String> known = look.job().observed().incomplete();
        ObjectNode fields = details();
        why.forEach((field, reason) -> {
            if (!known.contains(field)) {
                fields.put(field, reason);
            }
        });
        if (!fields.isEmpty()) {
            ObjectNode details = details();
            details.set("fields", fields);
            telling.audit(handle, decision.at(), look.key(), AuditAction.STATUS_INCOMPLETE, details);
        }
    }

    private static ObjectNode stateChange(TrainingState from, TrainingState to) {
        return details().put("from", from == null ? null : from.name()).put("to", to.name());
    }

    private static ObjectNode completion(JobUpdate update, Decision decision) {
        Observed observed = decision.observed();
        WatchedJob job = update.look().job();
        ObjectNode details = details()
                .put("final_state", decision.status().state().name())
                .put("progress_percent", decision.status().progressPercent())
                .put("looks", observed.looks());
        if (observed.failReason() != null) {
            details.put("fail_reason", observed.failReason());
        }
        details.putObject("resource_peak").put("cpu", observed.peakCpu()).put("memory", observed.peakMemory());
        if (job.phase() == Phase.STOPPING) {
            details.set("cancel", cancel(job, decision));
        }
        return update.tellNextLook(details);
    }

    /** What became of a cancel: a job that ended otherwise was quicker. */
    private static ObjectNode cancel(WatchedJob job, Decision decision) {
        ObjectNode cancel = details()
                .put("in_time", decision.status().state() == TrainingState.CANCELLED)
                .put("decided_at", job.cancelRequestedAt().toString())
                .put(
                        "seconds",
                        Duration.between(job.cancelRequestedAt(), decision.at()).toMillis() / 1000.0);
        cancel.set("results", job.tries().countsNode());
        return cancel.put("unanswered", job.tries().underWay());
    }

    /** Writes the row unless fewer checks are wanted than {@code from} stands for. */
    private void auditCheck(Handle handle, JobUpdate update, Decision decision, StatusChecks from) {
        if (checks.compareTo(from) < 0) {
            return;
        }
        JobStatus status = decision.status();
        Look look = update.look();
        ObjectNode details = details()
                .put("look", look.why().text())
                .put("state", status.state().name())
                .put("progress_percent", status.progressPercent())
                .put("cpu_usage", status.resourceUtilization().cpuUsage())
                .put("memory_usage", status.resourceUtilization().memoryUsage())
                .put("outcome", decision.outcome());
        details.set("policy", BreachReports.policy(decision.policy()));
        if (decision.verdict() instanceof Verdict.Breached breached) {
            ArrayNode rules = details.putArray("breaches");
            breached.all().stream().limit(MOST_BREACHES_TOLD).forEach(breach -> rules.add(BreachJson.node(breach)));
        }
        telling.audit(handle, decision.at(), look.key(), AuditAction.STATUS_CHECK, update.tellNextLook(details));
    }

    private boolean commitAndRelease(Look look, Decision decision, ActionTaken act, Consumer<Handle> work) {
        boolean committed = commit(look, decision, act, work);
        leases.done(look);
        return committed;
    }

    private boolean commit(Look look, Decision decision, ActionTaken act, Consumer<Handle> work) {
        return commit(stale::commit, look, decision, handle -> {
            work.accept(handle);
            return act;
        });
    }

    private boolean commitUrgently(Look look, Decision decision, Function<Handle, ActionTaken> work) {
        return commit(stale::commitUrgently, look, decision, work);
    }

    /** @param work says what followed from the judgement */
    private boolean commit(StaleLooks.Commit how, Look look, Decision decision, Function<Handle, ActionTaken> work) {
        List<Recording> recorded = new ArrayList<>();
        boolean committed = how.commit(store, leases, look, handle -> {
            recorded.clear();
            record(look, decision, work.apply(handle)).ifPresent(recorded::add);
            recorder.write(handle, recorded);
            pauses.over(handle, look.key().tenant(), look.claimedAt());
        });
        if (committed) {
            recorder.committed(recorded);
        }
        return committed;
    }

    private Optional<Recording> record(Look look, Decision decision, ActionTaken act) {
        WatchedJob job = look.job();
        LookRecorder.SeenLook seen = new LookRecorder.SeenLook(
                job.key(),
                job.epoch(),
                job.fence(),
                decision.at(),
                decision.status(),
                job.state(),
                job.observed(),
                job.phase() == Phase.STOPPING,
                decision.policy().policy(),
                decision.verdict());
        boolean followed = !(decision.verdict() instanceof Verdict.Reversed
                || decision.outcome().equals(CONFIRMED));
        return recorder.prepare(seen, act, followed);
    }

    private void commitProgress(List<Progress> group) {
        List<Recording> recorded = new ArrayList<>();
        int[] rows = store.transaction(handle -> {
            recorded.clear();
            PreparedBatch batch = handle.prepareBatch(store.sql(JobUpdate.class, "commit-look"));
            group.forEach(item -> item.update().addTo(batch, leases.node()));
            int[] counts = batch.execute();
            Map<String, Instant> answered = new TreeMap<>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    tellProgress(handle, group.get(i));
                    group.get(i).recording().ifPresent(recorded::add);
                    Look look = group.get(i).update().look();
                    answered.merge(look.key().tenant(), look.claimedAt(), (a, b) -> a.isAfter(b) ? a : b);
                }
            }
            recorder.write(handle, recorded);
            answered.forEach((tenant, claimedAt) -> pauses.over(handle, tenant, claimedAt));
            return counts;
        });
        recorder.committed(recorded);
        for (int count : rows) {
            if (count == 0) {
                stale.refused();
            }
        }
        group.forEach(item -> leases.done(item.update().look()));
    }

    private void tellProgress(Handle handle, Progress progressed) {
        Look look = progressed.update().look();
        Decision decision = progressed.decision();
        WatchedJob job = look.job();
        boolean changed = job.failures() > 0 || decision.status().state() != job.state();
        tellRecovery(handle, look, decision.at());
        tellStateChange(handle, look, decision);
        auditCheck(handle, progressed.update(), decision, changed ? StatusChecks.CHANGES : StatusChecks.ALL);
    }

    /** @param recording empty where looks are not recorded */
    private record Progress(JobUpdate update, Decision decision, Optional<Recording> recording) {}
}
