package io.trainwatch.watch;

import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.rules.Decision;
import io.trainwatch.store.GroupCommit;
import io.trainwatch.watch.LookCommits.Seen;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * Commits the looks that found their jobs waiting or running, many in one transaction: to lose one only means to look
 * again. Thread-safe.
 */
final class ProgressCommits implements AutoCloseable {

    static final Duration MAX_WAIT = Duration.ofMillis(100);

    private static final int MAX_AT_ONCE = 200;

    private final LookCommits commits;
    private final LookAudit audit;
    private final LooksUnderWay looks;
    private final Schedule schedule;
    private final GroupCommit<Seen> progress;

    /** @param maxWait how long a look waits for others */
    ProgressCommits(Shared shared, LookCommits commits, LookAudit audit, FailedLooks failedLooks, Duration maxWait) {
        this.commits = commits;
        this.audit = audit;
        this.looks = shared.looks();
        this.schedule = shared.schedule();
        this.progress = new GroupCommit<>(
                "trainwatch-progress",
                MAX_AT_ONCE,
                maxWait,
                group -> commits.commitTogether(group, this::record),
                (seen, thrown) -> failedLooks.recordFault(seen.update().look(), thrown));
    }

    /** Commits in a moment that the job still runs and when it is looked at next, which ends the look. */
    void add(Look look, Decision decision, ActionTaken action) {
        JobUpdate update = new JobUpdate(look, decision.at()).saw(decision);
        if (look.job().phase() == Phase.STOPPING) {
            update.lookForEnd(schedule);
        } else {
            update.lookAgain(schedule);
        }
        Seen seen = commits.prepare(update, decision, action);
        looks.handedOver(look);
        progress.add(seen);
    }

    private void record(Handle handle, Seen seen) {
        WatchedJob job = seen.update().look().job();
        Decision decision = seen.decision();
        boolean changed = job.failures() > 0 || decision.status().state() != job.state();
        audit.recordNews(handle, seen.update().look(), decision);
        audit.recordCheck(handle, seen.update(), decision, changed ? StatusChecks.CHANGES : StatusChecks.ALL);
    }

    /** Commits what still waits. */
    @Override
    public void close() {
        progress.close();
    }
}
