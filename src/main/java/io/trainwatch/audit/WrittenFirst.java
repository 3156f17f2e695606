package io.trainwatch.audit;

import java.time.Duration;
import java.util.Optional;

/** Opens while the audit is written, wherever that is done: a row that is gone from the journal is a line on disk. */
public final class WrittenFirst implements AuditGate {

    private static final Duration LONGEST = Duration.ofSeconds(2);
    /** Another node does not say when it has written. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Journal journal;
    private final AuditHealth health;

    public WrittenFirst(Journal journal, AuditHealth health) {
        this.journal = journal;
        this.health = health;
    }

    @Override
    public Optional<String> whyClosed() {
        return health.whyNot();
    }

    @Override
    public boolean isOnDisk(AuditEntry entry) {
        return !journal.waits(entry);
    }

    @Override
    public Optional<String> awaitOnDisk(AuditEntry entry) {
        long start = System.nanoTime();
        while (journal.waits(entry)) {
            Optional<String> why = health.whyNot();
            if (why.isPresent()) {
                return why;
            }
            if (System.nanoTime() - start > LONGEST.toNanos()) {
                return Optional.of("its line was not on disk after " + LONGEST.toSeconds() + " s");
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
