package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.Observed;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Policies;
import io.trainwatch.rules.Rule;
import io.trainwatch.rules.StagnationRule;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the latest jobs of a project that ended well say of a new one: how long its jobs stand still between two steps, and
 * before the end. It only makes a rule of stagnation more patient, so a job of another size comes to no harm.
 */
final class EarlierSteps {

    private static final Logger LOG = LoggerFactory.getLogger(EarlierSteps.class);
    private static final int MAX_JOBS = 5;

    private final Policies policies;

    EarlierSteps(Policies policies) {
        this.policies = policies;
    }

    /** A job of the project that ended well. */
    record Ended(Observed observed, Instant at) {}

    /**
     * What is known of a job before its first look.
     *
     * @param ownPolicy that which stands beside the job, or {@code null}
     */
    Observed of(Handle handle, JobKey job, String ownPolicy) {
        List<StagnationRule> learning = policies.of(job, ownPolicy).policy().rules().stream()
                .filter(StagnationRule.class::isInstance)
                .map(StagnationRule.class::cast)
                .filter(rule -> !rule.isFixed())
                .toList();
        if (learning.isEmpty()) {
            return Observed.none();
        }
        List<Ended> ended = ended(handle, job, MAX_JOBS);
        Map<String, RuleMemory> known = new HashMap<>();
        for (StagnationRule rule : learning) {
            double longest = ended.stream()
                    .mapToDouble(one -> longestStep(rule, one))
                    .max()
                    .orElse(0);
            if (longest > 0) {
                known.put(rule.id(), rule.after(longest));
            }
        }
        return Observed.none().remembering(known);
    }

    private static double longestStep(Rule rule, Ended ended) {
        RuleMemory memory = ended.observed().rules().get(rule.id());
        return memory == null || memory.rule() != rule.meaning().hashCode()
                ? 0
                : StagnationRule.longestStep(memory, ended.at());
    }

    /** The jobs of the job's project that ended well, the latest first. */
    static List<Ended> ended(Handle handle, JobKey job, int most) {
        return handle.createQuery(
                        "select id, observed, ended_at from job where tenant = :tenant and project_id = :project"
                                + " and ended_at is not null and phase = 'ENDED' and state = 'COMPLETED'"
                                + " order by ended_at desc limit :most")
                .bind("most", most)
                .bind("tenant", job.tenant())
                .bind("project", job.project())
                .map((row, context) -> ended(row.getString("id"), row.getString("observed"), row.getLong("ended_at")))
                .list();
    }

    private static Ended ended(String id, String observed, long at) {
        try {
            return new Ended(Observed.fromJson(observed), Instant.ofEpochMilli(at));
        } catch (IllegalStateException e) {
            LOG.debug("What was observed of {} teaches nothing: {}", id, e.getMessage());
            return new Ended(Observed.none(), Instant.ofEpochMilli(at));
        }
    }
}
