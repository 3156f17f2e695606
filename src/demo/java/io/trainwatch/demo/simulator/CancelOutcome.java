package io.trainwatch.demo.simulator;

/** What a cancel leads to once its delay has passed, unless the job ends before. */
public enum CancelOutcome {
    CANCELLED(JobState.CANCELLED),
    /** The job was quicker and is COMPLETED. */
    DONE(JobState.COMPLETED),
    /** The job failed while it was being cancelled and is FAILED. */
    ERROR(JobState.FAILED),
    /** The cancel is accepted and has no effect at all: a task never is {@code cancelling}. */
    IGNORED(null);

    private final JobState state;

    CancelOutcome(JobState state) {
        this.state = state;
    }

    /** {@code null} for none. */
    JobState state() {
        return state;
    }
}
