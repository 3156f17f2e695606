package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Allows so many requests within any window of time; those that it refuses do not count. For any thread. */
final class RequestLimit {

    private final int most;
    private final Duration window;
    private final Deque<Instant> allowed = new ArrayDeque<>();

    /** With {@code most} 0 it allows everything. */
    RequestLimit(int most, Duration window) {
        this.most = most;
        this.window = window;
    }

    /** Whether a request is allowed; it is counted then. */
    synchronized boolean take(Instant now) {
        if (most == 0) {
            return true;
        }
        while (!allowed.isEmpty() && !now.isBefore(allowed.peekFirst().plus(window))) {
            allowed.removeFirst();
        }
        return allowed.size() < most && allowed.add(now);
    }
}
