package io.trainwatch.optional.prometheus;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The latest response to one query, and the request that is under way. Thread-safe. */
final class CachedResponse {

    private CompletableFuture<Void> asking;
    private Instant askedAt = Instant.MIN;
    private Instant nextAt = Instant.MIN;
    private List<Series> series = List.of();

    /** Whether to ask now. Who never heard of the end of an asking may ask again after {@code longest}. */
    synchronized boolean isDue(Instant now, Duration longest) {
        boolean underWay = asking != null && askedAt.plus(longest).isAfter(now);
        return !underWay && !nextAt.isAfter(now);
    }

    /** @return whether the caller is to ask: one of those that found it due at once */
    synchronized boolean begin(Instant now, Duration longest) {
        if (!isDue(now, longest)) {
            return false;
        }
        asking = new CompletableFuture<>();
        askedAt = now;
        return true;
    }

    /** @param next when it may be asked again */
    void answered(List<Series> found, Instant next) {
        CompletableFuture<Void> over;
        synchronized (this) {
            series = found;
            nextAt = next;
            over = asking;
            asking = null;
        }
        if (over != null) {
            over.complete(null);
        }
    }

    /** Waits for the asking that is under way, if there is one. */
    boolean await(long nanos) {
        CompletableFuture<Void> waitedFor;
        synchronized (this) {
            waitedFor = asking;
        }
        if (waitedFor == null || waitedFor.isDone()) {
            return true;
        }
        try {
            waitedFor.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    synchronized List<Series> series() {
        return series;
    }

    synchronized Instant askedAt() {
        return askedAt;
    }
}
