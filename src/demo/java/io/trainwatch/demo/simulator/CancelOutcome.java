package io.trainwatch.demo.simulator;

/** What a cancel leads to once the time that a task is {@code cancelling} has passed. */
public enum CancelOutcome {
    /** The task is {@code cancelled}. */
    CANCELLED,
    /** The task was quicker and is {@code done}. */
    DONE,
    /** The task failed while it was being cancelled and is {@code error}. */
    ERROR,
    /** The cancel is accepted and has no effect at all: the task never is {@code cancelling}. */
    IGNORED
}
