package io.trainwatch.webhook;

import io.trainwatch.errors.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** When a delivery is tried again: the schedule that Svix publishes, each wait +-20 %. */
final class DeliverySchedule {

    private static final List<Duration> WAITS = List.of(
            Duration.ZERO,
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(10));

    /** The longest wait that a target may ask for. */
    static final Duration MAX_ASKED = Duration.ofHours(24);

    private DeliverySchedule() {}

    /**
     * The wait before an attempt, counted from the one before it; empty where there is none any more.
     *
     * @param attempt from 1
     * @param random numbers from 0 (inclusive) to 1
     * @param retryAfter what the target asked for; lengthens the wait, to 24 h at most, and never shortens it
     */
    static Optional<Duration> delayBefore(int attempt, DoubleSupplier random, Optional<Duration> retryAfter) {
        return attempt > WAITS.size()
                ? Optional.empty()
                : Optional.of(delay(WAITS.get(attempt - 1), random, retryAfter));
    }

    /** As {@link #delayBefore}, but the last wait again and again: for a target that takes nothing at all. */
    static Duration delayWithoutEnd(int attempt, DoubleSupplier random, Optional<Duration> retryAfter) {
        return delay(WAITS.get(Math.min(attempt, WAITS.size()) - 1), random, retryAfter);
    }

    private static Duration delay(Duration wanted, DoubleSupplier random, Optional<Duration> retryAfter) {
        Optional<Duration> asked = retryAfter.map(time -> time.compareTo(MAX_ASKED) > 0 ? MAX_ASKED : time);
        return Backoff.atLeast(asked, Backoff.jittered(wanted, random));
    }
}
