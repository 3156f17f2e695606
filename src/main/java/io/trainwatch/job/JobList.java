package io.trainwatch.job;

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
}
