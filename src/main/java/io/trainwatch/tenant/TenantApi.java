package io.trainwatch.tenant;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.StatusDocument;
import java.util.Optional;

/**
 * One kind of tenant API: how a job is asked about and cancelled, and as what the response is read.
 *
 * <p>A further API is one more implementation, a name in {@link ApiName} and a case in {@link #of}. The paths are below the
 * tenant's base URL and start with a slash.
 *
 * <p>Ids need no percent-encoding: {@link JobKey} lets nothing through that a path would read otherwise.
 */
interface TenantApi {

    String statusPath(JobKey job);

    /** The query that the status is asked for with; {@code null} for none. */
    default String statusQuery(JobKey job) {
        return null;
    }

    String cancelPath(JobKey job);

    /** The HTTP method of a cancel. */
    String cancelMethod();

    /**
     * The path of a project, which is answered with 403 where the client is not a member of it.
     *
     * @param project never {@link io.trainwatch.job.JobList#ALL_PROJECTS}
     */
    String projectPath(String project);

    /** The OAuth2 scope without which a cancel is refused; empty where the API has none. */
    default Optional<String> cancelScope() {
        return Optional.empty();
    }

    /** Whether {@link #reportPath} is ever there. */
    default boolean hasReports() {
        return false;
    }

    /** The path of what tells how good an ended training is; empty where the API tells nothing of the kind. */
    default Optional<String> reportPath(JobStatus ended) {
        return Optional.empty();
    }

    /** What the answer about a status is read as, and validated as. */
    Class<? extends StatusDocument> document();

    /**
     * The path of a list of a project's jobs; empty where the API has none.
     *
     * @param project {@link io.trainwatch.job.JobList#ALL_PROJECTS} for the list of the tenant's projects
     */
    default Optional<String> listPath(String project) {
        return Optional.empty();
    }

    /**
     * The query of a list.
     *
     * @param cursor {@code null} for the first page
     */
    default String listQuery(String project, String cursor) {
        throw new IllegalStateException("This API has no lists");
    }

    /** How trainings are started; empty where the API cannot. */
    default Optional<TrainingStarts> trainings() {
        return Optional.empty();
    }

    /** The API of a tenant, by its settings. */
    static TenantApi of(TenantSettings tenant) {
        return switch (tenant.api()) {
            case TRAINING -> new TrainingApi();
            case TASKS -> new TasksApi(tenant.pathPrefix());
        };
    }
}
