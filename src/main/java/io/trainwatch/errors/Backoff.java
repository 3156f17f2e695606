package io.trainwatch.errors;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Waits that double with each failure in a row.
 *
 * @param first the wait after the first failure
 * @param longest the wait that is doubled no more
 */
public record Backoff(Duration first, Duration longest) {

    private static final int MAX_DOUBLINGS = 10;

    /** @param failures in a row; a first one where it is less than 1 */
    public Duration after(int failures) {
        Duration wait = first.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS));
        return atMost(longest, wait);
    }

    /** The wait, or the longest one that is allowed where that is shorter. */
    public static Duration atMost(Duration longest, Duration wait) {
        return wait.compareTo(longest) > 0 ? longest : wait;
    }

    /** The wait, or what was asked for where that is longer. */
    public static Duration atLeast(Optional<Duration> asked, Duration wait) {
        return asked.filter(time -> time.compareTo(wait) > 0).orElse(wait);
    }

    /**
     * The wait +-20 %, so that those who failed together do not come back together.
     *
     * @param random numbers from 0 (inclusive) to 1
     */
    public static Duration jittered(Duration wait, DoubleSupplier random) {
        return Duration.ofNanos((long) (wait.toNanos() * (0.8 + 0.4 * random.getAsDouble())));
    }
}
