package io.trainwatch.demo.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** What was asked of the tenant: a count of each kind, and the latest 1,000 requests. For any thread. */
public final class RequestLog {

    private static final int KEPT = 1_000;

    private final AtomicLongArray counts = new AtomicLongArray(RequestKind.values().length);
    private final Deque<Entry> recent = new ArrayDeque<>(KEPT);

    /**
     * One request.
     *
     * @param at when it arrived
     * @param method the HTTP method
     * @param path the path, decoded
     * @param answered the HTTP status decided on; 0 where the connection was closed without an answer
     * @param fault the name of the fault that struck it, or an empty text
     */
    public record Entry(Instant at, RequestKind kind, String method, String path, int answered, String fault) {}

    /** Requests of a kind since the start, answered or not. */
    public long count(RequestKind kind) {
        return counts.get(kind.ordinal());
    }

    /** The latest requests, the oldest first. */
    public List<Entry> recent() {
        synchronized (recent) {
            return List.copyOf(recent);
        }
    }

    void record(Entry entry) {
        counts.incrementAndGet(entry.kind().ordinal());
        synchronized (recent) {
            if (recent.size() == KEPT) {
                recent.removeFirst();
            }
            recent.addLast(entry);
        }
    }
}
