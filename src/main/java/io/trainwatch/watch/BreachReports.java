package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.CancelWithheld;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.PolicyInForce;
import io.trainwatch.rules.Verdict;
import io.trainwatch.webhook.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
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

    private final JobRecorder telling;

    BreachReports(JobRecorder telling) {
        this.telling = telling;
    }

    /** Whether there is something to tell that was not told yet. */
    static boolean isNews(WatchedJob job, Verdict.Breached breached, CancelWithheld withheld) {
        return breached.all().stream()
                .anyMatch(breach ->
                        !job.told().has(breach.rule(), of(breach, withheld).word()));
    }

    /**
     * Tells of the breaches that lead to no cancel.
     *
     * @param withheld why those of level cancel do not
     * @return what was told so far
     */
    ReportedBreaches withheld(
            Handle handle, JobUpdate update, Decision decision, List<Breach> breaches, CancelWithheld withheld) {
        return withheld(handle, update.look(), decision, breaches, withheld, update::tellNextLook);
    }

    /** @param finish adds what else there is to tell */
    private ReportedBreaches withheld(
            Handle handle,
            Look look,
            Decision decision,
            List<Breach> breaches,
            CancelWithheld withheld,
            UnaryOperator<ObjectNode> finish) {
        WatchedJob job = look.job();
        ReportedBreaches told = job.told();
        for (Breach breach : breaches) {
            CancelWithheld reason = of(breach, withheld);
            if (told.has(breach.rule(), reason.word())) {
                continue;
            }
            telling.audit(
                    handle,
                    decision.at(),
                    job.key(),
                    AuditAction.CANCEL_WITHHELD,
                    finish.apply(details(look, breach, decision)
                            .put("withheld", reason.word())
                            .put("why", reason.why())));
            if (!told.has(breach.rule())) {
                telling.event(
                        handle,
                        job,
                        EventType.JOB_BREACHED,
                        "breached:" + breach.rule(),
                        null,
                        decision.observed(),
                        breach,
                        reason.word(),
                        decision.at(),
                        null);
            }
            told = told.and(breach.rule(), reason.word());
        }
        return told;
    }

    /** Tells of the breach that leads to the cancel, and of the warnings beside it. */
    ReportedBreaches cancelled(Handle handle, Look look, Decision decision, Verdict.Breached breached) {
        WatchedJob job = look.job();
        List<Breach> warnings = new ArrayList<>(breached.all());
        warnings.removeIf(breach -> breach.level() == Level.CANCEL);
        ReportedBreaches told = withheld(handle, look, decision, warnings, CancelWithheld.WARNING, details -> details);
        Breach first = breached.first();
        ObjectNode details = details(look, first, decision);
        ArrayNode also = details.putArray("also");
        for (Breach breach : breached.all()) {
            if (breach.level() == Level.CANCEL) {
                told = told.and(breach.rule(), CANCELLED);
            }
            if (breach != first) {
                also.add(BreachJson.node(breach));
            }
        }
        telling.audit(handle, decision.at(), job.key(), AuditAction.AUTO_CANCEL_TRIGGERED, details);
        telling.event(
                handle,
                job,
                EventType.JOB_CANCEL_REQUESTED,
                "cancel-requested",
                null,
                decision.observed(),
                first,
                decision.at());
        return told;
    }

    /** One line for each reason that is new, once it is committed. */
    static void logWithheld(WatchedJob job, Verdict.Breached breached, CancelWithheld withheld) {
        for (Breach breach : breached.all()) {
            CancelWithheld reason = of(breach, withheld);
            if (!job.told().has(breach.rule(), reason.word())) {
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

    private static ObjectNode details(Look look, Breach breach, Decision decision) {
        ObjectNode details = BreachJson.node(breach)
                .put("look", look.why().text())
                .put("state", decision.status().state().name())
                .put("progress_percent", decision.status().progressPercent())
                .put("cpu_usage", decision.status().resourceUtilization().cpuUsage())
                .put("memory_usage", decision.status().resourceUtilization().memoryUsage());
        details.set("policy", policy(decision.policy()));
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
