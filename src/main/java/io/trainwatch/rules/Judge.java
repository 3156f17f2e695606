package io.trainwatch.rules;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.job.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Judges valid statuses by one policy. A pure function of its arguments; thread-safe. */
public final class Judge {

    private final Policy policy;
    /** A hash of what each rule says, in their order: put together anew for each look, it would cost more than the rule. */
    private final int[] meanings;

    public Judge(Policy policy) {
        this.policy = policy;
        this.meanings = policy.rules().stream()
                .mapToInt(rule -> rule.meaning().hashCode())
                .toArray();
    }

    /**
     * What the status means.
     *
     * @param known the last state that was followed, {@code null} on the first look
     * @param observed what the looks add up to, this one included
     */
    public Judgement judge(JobStatus status, TrainingState known, Observed observed, Instant now) {
        TrainingState state = status.state();
        if (Transition.between(known, state).kind() == Transition.Kind.REVERSAL) {
            return new Judgement(new Verdict.Reversed(known, state), observed, policy);
        }
        if (state.isTerminal()) {
            return new Judgement(new Verdict.Finished(state), observed, policy);
        }
        return check(new RuleInput(status, observed, policy.gap(), now));
    }

    private Judgement check(RuleInput sight) {
        List<Breach> breaches = new ArrayList<>();
        // Only rules of the policy as it is now are remembered, so what is kept does not grow with each change of it.
        Map<String, RuleMemory> memories = new LinkedHashMap<>();
        for (int i = 0; i < meanings.length; i++) {
            Rule rule = policy.rules().get(i);
            RuleMemory before = memory(rule, meanings[i], sight.observed());
            Finding finding =
                    rule.state() == sight.status().state() ? rule.check(sight, before) : Finding.nothing(before);
            finding.breach().ifPresent(breaches::add);
            if (finding.memory().at() != null) {
                memories.put(rule.id(), finding.memory());
            }
        }
        return new Judgement(verdict(breaches), sight.observed().remembering(memories), policy);
    }

    private Verdict verdict(List<Breach> breaches) {
        if (breaches.isEmpty()) {
            return new Verdict.Healthy();
        }
        boolean isSevere = breaches.stream().anyMatch(breach -> breach.level() == Level.CANCEL);
        return new Verdict.Breached(breaches, policy.autoCancel() && isSevere);
    }

    private static RuleMemory memory(Rule rule, int meaning, Observed observed) {
        RuleMemory kept = observed.rules().get(rule.id());
        return kept == null || kept.rule() != meaning ? RuleMemory.none(meaning) : kept;
    }
}
