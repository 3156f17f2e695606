package io.trainwatch.watch;

import static io.trainwatch.watch.JobRecorder.details;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.job.Transition;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Records in the audit what valid looks show of their jobs, in the transaction that commits the look. */
final class LookAudit {

    private static final int MAX_BREACHES = 4;

    private final JobRecorder recorder;
    private final StatusChecks checks;

    LookAudit(JobRecorder recorder, StatusChecks checks) {
        this.recorder = recorder;
        this.checks = checks;
    }

    /** What is new since the look before: that looks failed meanwhile, another state, fields that cannot be used. */
    void recordNews(Handle handle, Look look, Decision decision) {
        recordRecovery(handle, look, decision.at());
        recordState(handle, look, decision);
    }

    /** That looks failed before this one. */
    void recordRecovery(Handle handle, Look look, Instant at) {
        WatchedJob job = look.job();
        if (job.failures() > 0) {
            recorder.record(
                    handle,
                    at,
                    job.key(),
                    AuditAction.MONITOR_RECOVERED,
                    details().put("failed_looks", job.failures()).put("last_failure", job.failure()));
        }
    }

    /** Another state, and those that were skipped before it; and fields that cannot be used. */
    void recordState(Handle handle, Look look, Decision decision) {
        TrainingState before = look.job().state();
        TrainingState now = decision.status().state();
        for (TrainingState inferred : Transition.between(before, now).inferred()) {
            recordChange(handle, look, decision, change(before, inferred).put("inferred", true));
            before = inferred;
        }
        if (before != now) {
            recordChange(
                    handle,
                    look,
                    decision,
                    change(before, now)
                            .put("progress_percent", decision.status().progressPercent()));
        }
        recordIncomplete(handle, look, decision);
    }

    private void recordChange(Handle handle, Look look, Decision decision, ObjectNode details) {
        recorder.record(handle, decision.at(), look.key(), AuditAction.STATE_CHANGED, details);
    }

    private static ObjectNode change(TrainingState from, TrainingState to) {
        return details().put("from", from == null ? null : from.name()).put("to", to.name());
    }

    /** Each field of the tenant's document that cannot be used once, however often it comes. */
    private void recordIncomplete(Handle handle, Look look, Decision decision) {
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
            recorder.record(handle, decision.at(), look.key(), AuditAction.STATUS_INCOMPLETE, details);
        }
    }

    /** That the job ended, and what it came to. */
    void recordEnd(Handle handle, JobUpdate update, Decision decision) {
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
        recorder.record(handle, decision.at(), job.key(), AuditAction.MONITOR_COMPLETE, update.addNextLook(details));
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

    /** The look itself, unless fewer checks are wanted than {@code from} stands for. */
    void recordCheck(Handle handle, JobUpdate update, Decision decision, StatusChecks from) {
        if (checks.compareTo(from) < 0) {
            return;
        }
        Look look = update.look();
        ObjectNode details = seen(details(), look, decision.status())
                .put("outcome", decision.kind().toLowerCase(Locale.ROOT));
        details.set("policy", BreachReports.policy(decision.policy()));
        List<Breach> breaches = decision.verdict().breaches();
        if (!breaches.isEmpty()) {
            ArrayNode rules = details.putArray("breaches");
            breaches.stream().limit(MAX_BREACHES).forEach(breach -> rules.add(BreachJson.node(breach)));
        }
        recorder.record(handle, decision.at(), look.key(), AuditAction.STATUS_CHECK, update.addNextLook(details));
    }

    /** Adds to the details what the look showed. */
    static ObjectNode seen(ObjectNode details, Look look, JobStatus status) {
        return details.put("look", look.why().text())
                .put("state", status.state().name())
                .put("progress_percent", status.progressPercent())
                .put("cpu_usage", status.resourceUtilization().cpuUsage())
                .put("memory_usage", status.resourceUtilization().memoryUsage());
    }
}
