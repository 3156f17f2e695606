package io.trainwatch.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Whether the audit is written, as this node knows. Thread-safe. */
public final class AuditHealth {

    /** The writer looks at its files several times a second; a disk that does not answer keeps it from it. */
    private static final Duration SILENT = Duration.ofSeconds(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private volatile Optional<Failure> failure = Optional.empty();
    private volatile Optional<String> lastFault = Optional.empty();
    private volatile long heardAt = System.nanoTime();

    /** @param reason for people */
    public record Failure(Instant since, String reason) {}

    /** Why nothing can be written now; empty while it can. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** What was last found to be wrong with the files, long ago or not. */
    public Optional<String> lastFault() {
        return lastFault;
    }

    /** Why what must be on record first must not be done now; empty where it may. */
    public Optional<String> whyNot() {
        Optional<String> reason = failure.map(Failure::reason);
        if (reason.isPresent()) {
            return reason;
        }
        long silent = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - heardAt);
        return silent < SILENT.toSeconds()
                ? Optional.empty()
                : Optional.of("the writer has not been heard of for " + silent + " s");
    }

    /** Waits until something is written or fails, or this time has passed. */
    void awaitNews(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            news.awaitNanos(longest.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Says that all is well. */
    void written() {
        failure = Optional.empty();
        heard();
    }

    /** Says that nothing can be written. */
    void failed(Instant now, String reason) {
        failure = Optional.of(new Failure(failure.map(Failure::since).orElse(now), reason));
        heard();
    }

    /** What the node that writes says of itself. */
    void elsewhere(Optional<Failure> there) {
        failure = there;
        heard();
    }

    void fault(String text) {
        lastFault = Optional.of(text);
    }

    private void heard() {
        heardAt = System.nanoTime();
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
