package io.trainwatch.job;

import java.time.Instant;
import java.util.Objects;

/**
 * A status as one kind of tenant API writes it. It carries the constraints of Bean Validation that make it a valid one:
 * to be trusted only once it was validated, and found to be about the job that was asked for.
 */
public interface StatusDocument {

    /** What is said of a field that decides what the document is about, and is missing or contradicts itself. */
    String GIVEN_ONCE = "must be given, once";

    /** The job that the document is about. */
    String jobId();

    /** Whether the document is about this job. */
    default boolean belongsTo(JobKey key) {
        return Objects.equals(jobId(), key.job());
    }

    /** The project that the job is of; {@code null} where the document does not tell. */
    default String projectId() {
        return null;
    }

    /**
     * What it says, in the terms of all APIs. Only for valid documents.
     *
     * @param readAt when it was read
     */
    JobStatus toStatus(Instant readAt);

    /** What was read of a job before: the tenant need not send the same again. */
    interface KnownReading {

        /** The entity tag of the response that was read last; {@code null} where the job has to be read whatever it is. */
        String entityTag();
    }
}
