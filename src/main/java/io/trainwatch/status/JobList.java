package io.trainwatch.status;

import java.util.List;

/**
 * One page of the jobs of a project, the latest first; or of the projects of a tenant.
 *
 * @param jobs those that are valid
 * @param projects the ids of the projects, where the list is of projects
 * @param next the cursor of the next page; {@code null} on the last one
 */
public record JobList(List<ListedJob> jobs, List<String> projects, String next) {

    /** Stands for the project in the name of a list of all projects. */
    public static final String ALL_PROJECTS = "*";
}
