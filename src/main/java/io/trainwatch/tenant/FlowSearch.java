package io.trainwatch.tenant;

import io.trainwatch.job.JobList;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Looks for the project of a flow, page by page: a flow says nothing of its project. First come the pages of the
 * tenant's projects, then those of each project's flows. Not thread-safe; belongs to one exchange.
 */
public final class FlowSearch {

    /** A tenant with more projects and flows than this is to be told the project. */
    private static final int MOST_PAGES = 200;

    private final TrainingStarts api;
    private final String flow;
    /** Projects whose flows were not read yet. */
    private final Deque<String> projects = new ArrayDeque<>();

    private String asked = JobList.ALL_PROJECTS;
    private String cursor;
    private String found;
    private int pages;

    FlowSearch(TrainingStarts api, String flow) {
        this.api = api;
        this.flow = flow;
    }

    /** Whether there is a page to read. */
    public boolean more() {
        return found == null && asked != null && pages < MOST_PAGES;
    }

    /** The request for the page to read. */
    public TenantRequest request() {
        return asked.equals(JobList.ALL_PROJECTS) ? api.projects(cursor) : api.flows(asked, cursor);
    }

    /** The project that has the flow; {@code null} where none has been found. */
    public String found() {
        return found;
    }

    /** Takes the page that was asked for. */
    void take(JobList page) {
        pages++;
        if (asked.equals(JobList.ALL_PROJECTS)) {
            projects.addAll(page.projects());
        } else if (page.projects().contains(flow)) {
            found = asked;
        }
        cursor = page.next();
        if (cursor == null) {
            asked = projects.poll();
        }
    }
}
