package io.trainwatch.status;

/** The state of a training job, as the tenant names it. */
public enum TrainingState {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Whether a job in this state has ended and never changes again. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
