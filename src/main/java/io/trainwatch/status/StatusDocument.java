package io.trainwatch.status;

import java.util.Objects;

/**
 * A status as one kind of tenant API writes it. It carries the constraints of Bean Validation that make it a valid one:
 * to be trusted only once it was validated, and found to be about the job that was asked for.
 */
public interface StatusDocument {

    /** The job that the document is about. */
    String jobId();

    /** Whether the document is about this job. */
    default boolean belongsTo(JobKey key) {
        return Objects.equals(jobId(), key.job());
    }

    /** What it says, in the terms of all APIs. Only for valid documents. */
    JobStatus toStatus();
}
