package io.trainwatch.verdict;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import io.trainwatch.status.TrainingState;
import io.trainwatch.status.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Judges valid statuses by one policy. A pure function of its arguments; thread-safe. */
public final class Judge {

    private static final List<Rule> RULES = List.of(new CpuRule(), new MemoryRule(), new StagnationRule());

    private final Policy policy;

    public Judge(Policy policy) {
        this.policy = policy;
    }

    /**
     * What the status means.
     *
     * @param known the last state that was followed, {@code null} on the first look
     * @param observed what the looks add up to, this one included
     */
    public Verdict judge(JobStatus status, TrainingState known, Observed observed, Instant now) {
        TrainingState state = status.state();
        if (Transition.between(known, state).kind() == Transition.Kind.REVERSAL) {
            return new Verdict.Reversed(known, state);
        }
        if (state.isTerminal()) {
            return new Verdict.Finished(state);
        }
        List<Breach> breaches = state == TrainingState.RUNNING ? breaches(status, observed, now) : List.of();
        return breaches.isEmpty() ? new Verdict.Healthy() : new Verdict.Breached(breaches, policy.autoCancel());
    }

    private List<Breach> breaches(JobStatus status, Observed observed, Instant now) {
        List<Breach> breaches = new ArrayList<>();
        for (Rule rule : RULES) {
            rule.check(status, observed, policy, now).ifPresent(breaches::add);
        }
        return breaches;
    }
}
