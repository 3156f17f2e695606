package io.trainwatch.tenant;

import io.trainwatch.status.JobKey;
import io.trainwatch.status.StatusDocument;

/**
 * The {@code tasks} API, which Cognigy.AI serves: a training is one of many kinds of task, found by its id alone and
 * cancelled by a POST that only asks for it.
 *
 * @param prefix what the paths start with, such as {@code /new/v2.0}; may be empty
 */
record TasksApi(String prefix) implements TenantApi {

    @Override
    public String statusPath(JobKey job) {
        return prefix + "/tasks/" + job.job();
    }

    @Override
    public String cancelPath(JobKey job) {
        return statusPath(job) + "/cancel";
    }

    @Override
    public String cancelMethod() {
        return "POST";
    }

    @Override
    public Class<? extends StatusDocument> document() {
        return Task.class;
    }
}
