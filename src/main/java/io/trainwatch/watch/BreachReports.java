package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Decision.Verdict;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.PolicyInForce;
import io.trainwatch.rules.PolicyInForce.CancelWithheld;
import io.trainwatch.webhook.EventType;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports breaches: an event for each rule that a job breaks, and an audit row for each reason why that leads to no cancel;
 * never the same twice.
 */
final class BreachReports {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.jobs");
    private static final String CANCELLED = "cancel";

    private final JobRecorder recorder;

    BreachReports(JobRecorder recorder) {
        this.recorder = recorder;
    }

    /** Whether there is something to report that was not reported yet. */
    static boolean isNews(WatchedJob job, Verdict verdict, CancelWithheld withheld) {
        return verdict.breaches().stream()
                .anyMatch(breach ->
                        !job.reported().has(breach.rule(), of(breach, withheld).word()));
    }

    /**
     * Reports the breaches, none of which leads to a cancel.
     *
     * @param withheld why those of level cancel do not
     * @return what was reported so far
     */
    ReportedBreaches reportWithheld(Handle handle, JobUpdate update, Verdict verdict, CancelWithheld withheld) {
        return reportWithheld(handle, update, verdict, verdict.breaches(), withheld);
    }

    private ReportedBreaches reportWithheld(
            Handle handle, JobUpdate update, Verdict verdict, List<Breach> breaches, CancelWithheld withheld) {
        Look look = update.look();
        ReportedBreaches reported = look.job().reported();
        for (Breach breach : breaches) {
            CancelWithheld reason = of(breach, withheld);
            if (reported.has(breach.rule(), reason.word())) {
                continue;
            }
            recordWithheld(handle, update, details(look, breach, verdict), reason);
            if (!reported.has(breach.rule())) {
                recorder.publish(
                        handle,
                        new JobEvent(look.job(), EventType.JOB_BREACHED, "breached:" + breach.rule(), verdict.at())
                                .observed(verdict.observed())
                                .because(breach, reason.word()));
            }
            reported = reported.and(breach.rule(), reason.word());
        }
        return reported;
    }

    /** Records why a breach leads to no cancel. */
    void recordWithheld(Handle handle, JobUpdate update, ObjectNode breach, CancelWithheld reason) {
        recorder.record(
                handle,
                update.at(),
                update.look().key(),
                AuditAction.CANCEL_WITHHELD,
                update.addNextLook(breach.put("withheld", reason.word()).put("why", reason.why())));
    }

    /** Reports the breach that leads to the cancel, and the warnings beside it. */
    ReportedBreaches reportCancel(Handle handle, JobUpdate update, Verdict verdict) {
        Look look = update.look();
        List<Breach> warnings = new ArrayList<>(verdict.breaches());
        warnings.removeIf(breach -> breach.level() == Level.CANCEL);
        ReportedBreaches reported = reportWithheld(handle, update, verdict, warnings, CancelWithheld.WARNING);
        Breach first = verdict.first();
        ObjectNode details = details(look, first, verdict);
        ArrayNode also = details.putArray("also");
        for (Breach breach : verdict.breaches()) {
            if (breach.level() == Level.CANCEL) {
                reported = reported.and(breach.rule(), CANCELLED);
            }
            if (breach != first) {
                also.add(BreachJson.node(breach));
            }
        }
        recorder.record(handle, verdict.at(), look.key(), AuditAction.AUTO_CANCEL_TRIGGERED, details);
        recorder.publish(
                handle,
                new JobEvent(look.job(), EventType.JOB_CANCEL_REQUESTED, "cancel-requested", verdict.at())
                        .observed(verdict.observed())
                        .because(first));
        return reported;
    }

    /** One line for each reason that is new, once it is committed. */
    static void logWithheld(WatchedJob job, Verdict verdict, CancelWithheld withheld) {
        for (Breach breach : verdict.breaches()) {
            CancelWithheld reason = of(breach, withheld);
            if (!job.reported().has(breach.rule(), reason.word())) {
                LOG.info(
                        "{} breaks {}: {} over {}; it is not cancelled, since {}",
                        job.id(),
                        breach.rule(),
                        breach.observed(),
                        breach.limit(),
                        reason.why());
            }
        }
    }

    private static ObjectNode details(Look look, Breach breach, Verdict verdict) {
        ObjectNode details = LookAudit.seen(BreachJson.node(breach), look, verdict.status());
        details.set("policy", policy(verdict.policy()));
        return details;
    }

    /** Names the policy and its version, so that the decision can be made again. */
    static ObjectNode policy(PolicyInForce policy) {
        return JobRecorder.details().put("name", policy.name()).put("hash", policy.hash());
    }

    private static CancelWithheld of(Breach breach, CancelWithheld withheld) {
        return breach.level() == Level.WARN ? CancelWithheld.WARNING : withheld;
    }
}
