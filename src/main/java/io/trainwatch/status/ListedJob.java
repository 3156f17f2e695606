package io.trainwatch.status;

import java.time.Instant;

/**
 * One job of a list.
 *
 * @param kind what sort of task it is, as the tenant names it; {@code null} where it does not tell
 * @param changedAt when it last changed, as far as the tenant tells; else {@code null}
 */
public record ListedJob(String kind, JobStatus status, Instant changedAt) {

    public String jobId() {
        return status.jobId();
    }
}
