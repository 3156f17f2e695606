package io.trainwatch.job;

import java.time.Instant;
import java.util.List;

/**
 * One job of a list.
 *
 * @param kinds what sort of task it is, as the tenant names it in one field or in two; empty where it does not tell
 * @param changedAt when it last changed, as far as the tenant tells; else {@code null}
 */
public record ListedJob(List<String> kinds, JobStatus status, Instant changedAt) {

    public String jobId() {
        return status.jobId();
    }
}
