package io.trainwatch.demo.simulator;

/** The states of a job. The {@code training} API spells them like this, the {@code tasks} API in its own way. */
public enum JobState {
    QUEUED("queued"),
    RUNNING("active"),
    /** A cancel was taken and has not had its effect yet; only the {@code tasks} API tells of it. */
    CANCELLING("cancelling"),
    COMPLETED("done"),
    FAILED("error"),
    CANCELLED("cancelled");

    private final String taskStatus;

    JobState(String taskStatus) {
        this.taskStatus = taskStatus;
    }

    /** Whether a job in this state is over. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** As the {@code tasks} API spells it. */
    String taskStatus() {
        return taskStatus;
    }
}
