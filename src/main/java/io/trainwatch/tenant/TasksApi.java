package io.trainwatch.tenant;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobList;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.StatusDocument;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The {@code tasks} API, which Cognigy.AI serves: a training is one of many kinds of task, found by its id alone and
 * cancelled by a POST that only asks for it.
 *
 * @param prefix what the paths start with, such as {@code /new/v2.0}; may be empty
 */
record TasksApi(String prefix) implements TenantApi {

    /** The most that a page holds. */
    private static final int PAGE = 100;

    @Override
    public String statusPath(JobKey job) {
        return prefix + "/tasks/" + job.job();
    }

    /** Public clients send it, and some tenants want it: without, they answer 403 or 404. */
    @Override
    public String statusQuery(JobKey job) {
        return "projectId=" + job.project();
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
    public String projectPath(String project) {
        return prefix + "/projects/" + project;
    }

    @Override
    public boolean hasReports() {
        return true;
    }

    @Override
    public Optional<String> reportPath(JobStatus ended) {
        return Optional.ofNullable(ended.trained()).map(trained -> prefix + "/flows/" + trained.flow());
    }

    @Override
    public Optional<String> listPath(String project) {
        return Optional.of(prefix + (project.equals(JobList.ALL_PROJECTS) ? "/projects" : "/tasks"));
    }

    @Override
    public String listQuery(String project, String cursor) {
        return (project.equals(JobList.ALL_PROJECTS) ? "" : "projectId=" + project + "&") + "limit=" + PAGE
                + "&sort=createdAt:desc" + cursorQuery(cursor);
    }

    /** What asks for the page after the one that gave the cursor; empty where there is none. */
    static String cursorQuery(String cursor) {
        return cursor == null ? "" : "&next=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    @Override
    public Optional<TrainingStarts> trainings() {
        return Optional.of(new TaskTrainings(this));
    }

    @Override
    public Class<? extends StatusDocument> document() {
        return Task.class;
    }
}
