package io.trainwatch.demo.simulator;

/** What a request to the tenant asks for. */
public enum RequestKind {
    TOKEN,
    /** Reads the status of a job of the {@code training} API. */
    STATUS,
    /** Cancels a job of the {@code training} API. */
    CANCEL,
    /** Reads a project; in the {@code tasks} API, a list of projects too. */
    PROJECT,
    /** Reads one task. */
    TASK,
    /** Reads a list of tasks. */
    TASK_LIST,
    /** Cancels a task. */
    TASK_CANCEL,
    /** Starts a training as a task. */
    TRAIN,
    /** Reads flows or locales. */
    RESOURCE,
    /** Nothing that the API knows. */
    OTHER;

    boolean isCancel() {
        return this == CANCEL || this == TASK_CANCEL;
    }
}
