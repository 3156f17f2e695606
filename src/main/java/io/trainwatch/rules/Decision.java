package io.trainwatch.rules;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What is done about a job after a look: made by the {@link Judge}, tested by the router, and taken by who commits it. */
public sealed interface Decision {

    /** What it rests on. */
    Verdict verdict();

    /** The job ended: the watch ends. */
    record Finished(Verdict verdict) implements Decision {

        /** Whether the job ended well. */
        public boolean isSuccess() {
            return status().state() == TrainingState.COMPLETED;
        }

        /** The same, with figures by the names that the event is to carry. */
        public Finished with(Map<String, Double> figures) {
            return new Finished(verdict.with(figures));
        }
    }

    /** The job waits or runs, and breaks its policy: it is cancelled, or that is reported. */
    record Breached(Verdict verdict) implements Decision {}

    /** The job runs on though its cancel was decided, and the next request is due: that is sent. */
    record CancelAgain(Verdict verdict) implements Decision {}

    /** The job waits or runs, and nothing is to be done but to look again. */
    record Running(Verdict verdict) implements Decision {}

    /** The job is still as it ended some time ago: nobody looks again. */
    record Confirmed(Verdict verdict) implements Decision {}

    /** The tenant reports a move that no job can make: it is reported and not followed. */
    record Reversed(Verdict verdict) implements Decision {}

    /** The name of the case, such as {@code CancelAgain}, by which routes tell one from another. */
    default String kind() {
        return getClass().getSimpleName();
    }

    /** This for a job whose cancel was decided at an earlier look: whatever rules it breaks, that is not decided again. */
    default Decision whileStopping(boolean cancelIsDue) {
        if (this instanceof Finished || this instanceof Reversed) {
            return this;
        }
        return cancelIsDue ? new CancelAgain(verdict()) : new Running(verdict());
    }

    /** This for a job that had ended before. */
    default Decision onceEnded() {
        return this instanceof Finished ? new Confirmed(verdict()) : this;
    }

    /** Whether what the tenant says is taken as what the job has come to. */
    default boolean isFollowed() {
        return !(this instanceof Reversed || this instanceof Confirmed);
    }

    default JobStatus status() {
        return verdict().status();
    }

    default Observed observed() {
        return verdict().observed();
    }

    default PolicyInForce policy() {
        return verdict().policy();
    }

    /** When the status was judged. */
    default Instant at() {
        return verdict().at();
    }

    /**
     * What the rules say of a valid status. Immutable.
     *
     * @param observed what the looks add up to, this one included, with what the rules remember for the next
     * @param breaches in the order in which the rules are asked; none of a status that no rule is asked about
     * @param policy what the look was judged by
     * @param at when
     */
    record Verdict(JobStatus status, Observed observed, List<Breach> breaches, PolicyInForce policy, Instant at) {

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
}
