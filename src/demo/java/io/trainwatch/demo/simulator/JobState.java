package io.trainwatch.demo.simulator;

/** The states of a training job, spelled as they are on the wire. */
public enum JobState {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Whether a job in this state is over. */
    public boolean isTerminal() {
        return this != QUEUED && this != RUNNING;
    }
}
