package io.trainwatch.job;

import java.util.List;

/**
 * A move between two states, as two looks saw it. The one place that says which moves are legal.
 *
 * @param inferred states that the job must have passed between the two looks, in order
 */
public record Transition(Kind kind, List<TrainingState> inferred) {

    /** Whether the move can be. */
    public enum Kind {
        /** The state is the same, or the first that was seen. */
        NONE,
        /** A legal move. */
        FORWARD,
        /** Backwards, or out of a state in which the job had ended. */
        REVERSAL
    }

    /**
     * The move from {@code before} to {@code now}.
     *
     * <p>Legal: QUEUED to RUNNING, RUNNING to any end, QUEUED to CANCELLED or FAILED. QUEUED to COMPLETED was RUNNING in
     * between.
     *
     * @param before the last state seen, {@code null} where this is the first
     */
    public static Transition between(TrainingState before, TrainingState now) {
        if (before == null || before == now) {
            return new Transition(Kind.NONE, List.of());
        }
        if (before.isTerminal() || now == TrainingState.QUEUED) {
            return new Transition(Kind.REVERSAL, List.of());
        }
        boolean skipped = before == TrainingState.QUEUED && now == TrainingState.COMPLETED;
        return new Transition(Kind.FORWARD, skipped ? List.of(TrainingState.RUNNING) : List.of());
    }
}
