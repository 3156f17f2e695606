package io.trainwatch.optional.discovery;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** One list of a project's jobs, page by page: what the exchange on {@code trainwatch-list-jobs} is about. Not thread-safe. */
public final class Listing {

    private final ListedProject project;
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
    Listing(ListedProject project, Set<String> unseen, Instant begunAt) {
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

    ListedProject row() {
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

    boolean stale() {
        return stale;
    }

    void isStale() {
        stale = true;
    }

    boolean probed() {
        return probed;
    }

    void isProbed() {
        probed = true;
    }

    boolean over() {
        return over;
    }

    /** Its lease is given back. */
    void markOver() {
        over = true;
    }
}
