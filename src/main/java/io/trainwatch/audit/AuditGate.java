package io.trainwatch.audit;

import java.util.Optional;

/** Stands before what may be done only once it is on record: a cancel. Thread-safe. */
public interface AuditGate {

    /** Why nothing is to be decided that needs the record; empty where it can be. */
    Optional<String> whyClosed();

    /** Whether every committed row with the job and action of this entry is a line on disk. */
    boolean isOnDisk(AuditEntry entry);

    /**
     * Waits until every committed row with the job and action of this entry is a line on disk.
     *
     * @return empty where it is; else why not, after two seconds at most
     */
    Optional<String> awaitOnDisk(AuditEntry entry);
}
