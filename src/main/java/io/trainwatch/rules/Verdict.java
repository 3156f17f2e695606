package io.trainwatch.rules;

import io.trainwatch.job.TrainingState;
import java.util.List;

/** What a valid status means for its job. */
public sealed interface Verdict {

    /** The name that routes test: {@code finished}, {@code breached}, {@code reversed} or {@code running}. */
    String outcome();

    /** The job has ended. */
    record Finished(TrainingState state) implements Verdict {
        @Override
        public String outcome() {
            return "finished";
        }
    }

    /**
     * The job waits or runs, and breaks the policy.
     *
     * @param all at least one, in the order in which the rules are asked
     * @param cancel whether the policy says to cancel it
     */
    record Breached(List<Breach> all, boolean cancel) implements Verdict {

        public Breached {
            all = List.copyOf(all);
        }

        /** The one that is told: the first that a cancel can be decided on, or else the first. */
        public Breach first() {
            return all.stream()
                    .filter(breach -> breach.level() == Level.CANCEL)
                    .findFirst()
                    .orElse(all.get(0));
        }

        @Override
        public String outcome() {
            return "breached";
        }
    }

    /** The tenant reports a move that no job can make. */
    record Reversed(TrainingState before, TrainingState now) implements Verdict {
        @Override
        public String outcome() {
            return "reversed";
        }
    }

    /** The job waits or runs, and keeps the policy. */
    record Healthy() implements Verdict {
        @Override
        public String outcome() {
            return "running";
        }
    }
}
