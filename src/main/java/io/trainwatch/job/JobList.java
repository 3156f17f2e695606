package io.trainwatch.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One page of the jobs of a project, the latest first as it was asked for; or of the projects of a tenant.
 *
 * @param jobs those that are valid
 * @param projects the ids of the projects, where the list is of projects
 * @param next the cursor of the next page; {@code null} on the last one
 * @param oldestFirst whether the page is in the other order all the same
 * @param leftOut what is to be said of the items that cannot be used; empty where all can
 */
public record JobList(
        List<ListedJob> jobs, List<String> projects, String next, boolean oldestFirst, Optional<String> leftOut) {

    /** Stands for the project in the name of a list of all projects. */
    public static final String ALL_PROJECTS = "*";

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
}
