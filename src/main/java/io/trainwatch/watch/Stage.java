package io.trainwatch.watch;

import io.trainwatch.job.TrainingState;
import java.util.Optional;

/** Where a job is in its life, as people see it: its phase on the watch list and its state as one. In order. */
public enum Stage {
    /** It waits for its first valid look. */
    NEW("phase = 'WATCHING' and state is null"),
    QUEUED("phase = 'WATCHING' and state = 'QUEUED'"),
    RUNNING("phase = 'WATCHING' and state = 'RUNNING'"),
    /** A cancel is under way. */
    STOPPING("phase = 'STOPPING'"),
    COMPLETED("phase = 'ENDED' and state = 'COMPLETED'"),
    FAILED("phase = 'ENDED' and state = 'FAILED'"),
    CANCELLED("phase = 'ENDED' and state = 'CANCELLED'"),
    /** It was taken off the list before it ended. */
    RELEASED("phase = 'UNWATCHED'");

    private final String condition;

    Stage(String condition) {
        this.condition = condition;
    }

    /** Whether such jobs are looked at. */
    public boolean isWatched() {
        return compareTo(STOPPING) <= 0;
    }

    /** Of the rows of the watch list, in SQL. */
    String condition() {
        return condition;
    }

    /** The stage of a row; empty where it cannot be read. */
    static Optional<Stage> find(String phase, String state) {
        try {
            return Optional.of(of(Phase.valueOf(phase), state == null ? null : TrainingState.valueOf(state)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @param state the last that was followed; {@code null} before the first look */
    public static Stage of(Phase phase, TrainingState state) {
        return switch (phase) {
            case STOPPING -> STOPPING;
            case UNWATCHED -> RELEASED;
            case WATCHING, ENDED -> state == null ? NEW : valueOf(state.name());
        };
    }
}
