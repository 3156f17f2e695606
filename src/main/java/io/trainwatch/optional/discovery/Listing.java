package io.trainwatch.optional.discovery;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** One list of a project's jobs, page by page: what the exchange on {@code trainwatch-list-jobs} is about. Not thread-safe. */
public final class Listing {

    private final Project project;
    private final Instant begunAt;
    private final Set<String> unseen;
    private String cursor;
    private int pages;
    private boolean more = true;
    private boolean oldestFirst;
    private boolean stale;
    private boolean probed;
    private boolean over;

    /** @param unseen the watched jobs of the project, each until a page tells of it */
    Listing(Project project, Set<String> unseen, Instant begunAt) {
        this.project = project;
        this.unseen = new HashSet<>(unseen);
        this.begunAt = begunAt;
    }

    public String tenant() {
        return project.tenant();
    }

    public String project() {
        return project.project();
    }

    /** The cursor of the page to read; {@code null} for the first one. */
    public String cursor() {
        return cursor;
    }

    /** Whether there is a page to read. */
    public boolean more() {
        return more;
    }

    Project row() {
        return project;
    }

    Instant begunAt() {
        return begunAt;
    }

    Set<String> unseen() {
        return unseen;
    }

    int pages() {
        return pages;
    }

    /** @param next the cursor of the next page to read; {@code null} where no other is to be read */
    void read(String next) {
        pages++;
        cursor = next;
        more = next != null;
    }

    boolean isOldestFirst() {
        return oldestFirst;
    }

    void markOldestFirst() {
        oldestFirst = true;
    }

    boolean isStale() {
        return stale;
    }

    void markStale() {
        stale = true;
    }

    boolean isProbed() {
        return probed;
    }

    void markProbed() {
        probed = true;
    }

    boolean isOver() {
        return over;
    }

    /** Its lease is given back. */
    void markOver() {
        over = true;
    }

    /**
     * A project whose list is due, as it was claimed.
     *
     * @param discover whether jobs that are not on the watch list are put on it
     * @param since of these, those that ended before are left out
     * @param surveyed whether all pages were read once, so that only new jobs are unknown
     * @param nextProbeAt when a job is to be looked at on its own, to see whether the list is true
     * @param failures lists in a row that could not be used
     */
    record Project(
            String id,
            String tenant,
            String project,
            boolean discover,
            Instant since,
            boolean surveyed,
            Instant nextProbeAt,
            int failures,
            long fence) {

        static Project read(ResultSet row) throws SQLException {
            return new Project(
                    row.getString("id"),
                    row.getString("tenant"),
                    row.getString("project_id"),
                    row.getInt("discover") == 1,
                    Instant.ofEpochMilli(row.getLong("since")),
                    row.getInt("surveyed") == 1,
                    Instant.ofEpochMilli(row.getLong("next_probe_at")),
                    row.getInt("failures"),
                    row.getLong("fence"));
        }
    }
}
