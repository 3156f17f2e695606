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

    /** How long a refused request should have waited; zero when it is allowed, and counted. */
    synchronized Duration take(Instant now) {
        if (most == 0) {
            return Duration.ZERO;
        }
        while (!allowed.isEmpty() && !now.isBefore(allowed.peekFirst().plus(window))) {
            allowed.removeFirst();
        }
        if (allowed.size() < most) {
            allowed.addLast(now);
            return Duration.ZERO;
        }
        return Duration.between(now, allowed.peekFirst().plus(window));
    }
}
