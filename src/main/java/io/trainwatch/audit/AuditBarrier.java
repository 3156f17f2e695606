package io.trainwatch.audit;

import java.time.Duration;
import java.util.Optional;

/**
 * Stands before what may be done only once it is on record: a cancel. Open while the audit is written, wherever that is
 * done: a row that is gone from the journal is a line on disk. Thread-safe.
 */
public class AuditBarrier {

    private static final Duration MAX_WAIT = Duration.ofSeconds(2);
    /** Another node does not say when it has written. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Journal journal;
    private final AuditHealth health;

    public AuditBarrier(Journal journal, AuditHealth health) {
        this.journal = journal;
        this.health = health;
    }

    /** Why nothing is to be decided that needs the record; empty where it can be. */
    public Optional<String> whyClosed() {
        return health.whyNot();
    }

    /** Whether every committed row with the job and action of this entry is a line on disk. */
    public boolean isOnDisk(AuditEntry entry) {
        return !journal.waits(entry);
    }

    /**
     * Waits until every committed row with the job and action of this entry is a line on disk.
     *
     * @return empty where it is; else why not, after two seconds at most
     */
    public Optional<String> awaitOnDisk(AuditEntry entry) {
        long start = System.nanoTime();
        while (journal.waits(entry)) {
            Optional<String> why = health.whyNot();
            if (why.isPresent()) {
                return why;
            }
            if (System.nanoTime() - start > MAX_WAIT.toNanos()) {
                return Optional.of("its line was not on disk after " + MAX_WAIT.toSeconds() + " s");
            }
            try {
                health.awaitNews(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("this node is stopping");
            }
        }
        return Optional.empty();
    }
}
