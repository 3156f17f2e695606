package io.trainwatch.job;

/** The state of a training job, as the tenant names it. */
public enum TrainingState {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** The state that the tenant names, in upper or lower case; {@code null} where it names none. */
    static TrainingState named(String text) {
        for (TrainingState state : values()) {
            if (state.name().equalsIgnoreCase(text)) {
                return state;
            }
        }
        return null;
    }

    /** Whether a job in this state has ended and never changes again. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
