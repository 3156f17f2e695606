package io.trainwatch.tenant;

import io.trainwatch.status.JobKey;

/**
 * The {@code training} API: one resource a job, cancelled by DELETE.
 *
 * <p>Ids need no percent-encoding: {@link JobKey} lets nothing through that a path would read otherwise.
 */
final class TrainingApi implements TenantApi {

    @Override
    public String statusPath(JobKey job) {
        return cancelPath(job) + "/status";
    }

    @Override
    public String cancelPath(JobKey job) {
        return "/projects/" + job.project() + "/ai/train/" + job.job();
    }

    @Override
    public String cancelMethod() {
        return "DELETE";
    }
}
