package io.trainwatch.rules;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the rules say of a valid status. Immutable.
 *
 * @param observed what the looks add up to, this one included, with what the rules remember for the next
 * @param breaches in the order in which the rules are asked; none of a status that no rule is asked about
 * @param policy what the look was judged by
 * @param at when
 */
public record Verdict(JobStatus status, Observed observed, List<Breach> breaches, PolicyInForce policy, Instant at) {

    public Verdict {
        breaches = List.copyOf(breaches);
    }

    /** The breach that is reported: the first that a cancel can be decided on, or else the first. Only where there is one. */
    public Breach first() {
        return breaches.stream()
                .filter(breach -> breach.level() == Level.CANCEL)
                .findFirst()
                .orElse(breaches.get(0));
    }

    /** Whether the policy says to cancel the job. */
    public boolean saysCancel() {
        return policy.policy().autoCancel() && breaches.stream().anyMatch(breach -> breach.level() == Level.CANCEL);
    }

    /** The same, with figures by the names that the event is to carry. */
    Verdict with(Map<String, Double> figures) {
        return new Verdict(status, observed.withFigures(figures), breaches, policy, at);
    }
}
