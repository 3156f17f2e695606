package io.trainwatch.status;

import java.util.List;

/**
 * One page of the jobs of a project, the latest first.
 *
 * @param jobs those that are valid
 * @param next the cursor of the next page; {@code null} on the last one
 */
public record JobList(List<ListedJob> jobs, String next) {}
