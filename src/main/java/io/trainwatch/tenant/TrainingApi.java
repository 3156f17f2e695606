package io.trainwatch.tenant;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.StatusDocument;
import java.util.Optional;

/** The {@code training} API: one resource a job, cancelled by DELETE. */
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

    @Override
    public String projectPath(String project) {
        return "/projects/" + project;
    }

    @Override
    public Optional<String> cancelScope() {
        return Optional.of("ai:training:write");
    }

    @Override
    public Class<? extends StatusDocument> document() {
        return JobStatus.class;
    }
}
