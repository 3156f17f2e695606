package io.trainwatch.rules;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.job.Transition;
import io.trainwatch.rules.Decision.Verdict;
import io.trainwatch.rules.Rule.Finding;
import io.trainwatch.rules.Rule.RuleInput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Judges valid statuses by one policy. A pure function of its arguments; thread-safe. */
public final class Judge {

    private final PolicyInForce policy;
    private final List<Rule> rules;
    /** A hash of what each rule says, in their order: put together anew for each look, it would cost more than the rule. */
    private final int[] meanings;

    Judge(PolicyInForce policy) {
        this.policy = policy;
        this.rules = policy.policy().rules();
        this.meanings =
                rules.stream().mapToInt(rule -> rule.meaning().hashCode()).toArray();
    }

    /** One by a policy that was made and not written. */
    public static Judge of(Policy policy) {
        return PolicyInForce.of(policy).judge();
    }

    /**
     * What the status means for a job that is watched.
     *
     * @param known the last state that was followed, {@code null} on the first look
     * @param observed what the looks add up to, this one included
     */
    public Decision judge(JobStatus status, TrainingState known, Observed observed, Instant now) {
        TrainingState state = status.state();
        if (Transition.between(known, state).kind() == Transition.Kind.REVERSAL) {
            return new Decision.Reversed(new Verdict(status, observed, List.of(), policy, now));
        }
        if (state.isTerminal()) {
            return new Decision.Finished(new Verdict(status, observed, List.of(), policy, now));
        }
        Verdict verdict = check(new RuleInput(status, observed, policy.policy().gap(), now));
        return verdict.breaches().isEmpty() ? new Decision.Running(verdict) : new Decision.Breached(verdict);
    }

    private Verdict check(RuleInput input) {
        List<Breach> breaches = new ArrayList<>();
        // Only rules of the policy as it is now are remembered, so what is kept does not grow with each change of it.
        Map<String, RuleMemory> memories = new LinkedHashMap<>();
        for (int i = 0; i < meanings.length; i++) {
            Rule rule = rules.get(i);
            RuleMemory before = memory(rule, meanings[i], input.observed());
            Finding finding =
                    rule.state() == input.status().state() ? rule.check(input, before) : Finding.nothing(before);
            finding.breach().ifPresent(breaches::add);
            if (finding.memory().at() != null) {
                memories.put(rule.id(), finding.memory());
            }
        }
        return new Verdict(input.status(), input.observed().remembering(memories), breaches, policy, input.now());
    }

    private static RuleMemory memory(Rule rule, int meaning, Observed observed) {
        RuleMemory kept = observed.rules().get(rule.id());
        return kept == null || kept.rule() != meaning ? RuleMemory.none(meaning) : kept;
    }
}
