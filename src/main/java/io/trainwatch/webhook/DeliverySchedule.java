package io.trainwatch.webhook;

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

    private static final Duration LONGEST_ASKED = Duration.ofHours(24);

    private DeliverySchedule() {}

    /**
     * The wait before an attempt, counted from the one before it; empty where there is none any more.
     *
     * @param attempt from 1
     * @param random numbers from 0 (inclusive) to 1
     * @param retryAfter what the target asked for; lengthens the wait, to 24 h at most, and never shortens it
     */
    static Optional<Duration> delayBefore(int attempt, DoubleSupplier random, Optional<Duration> retryAfter) {
        if (attempt > WAITS.size()) {
            return Optional.empty();
        }
        long nanos = (long) (WAITS.get(attempt - 1).toNanos() * (0.8 + 0.4 * random.getAsDouble()));
        Duration wait = Duration.ofNanos(nanos);
        Duration asked = retryAfter
                .filter(duration -> duration.compareTo(LONGEST_ASKED) <= 0)
                .orElse(retryAfter.isPresent() ? LONGEST_ASKED : Duration.ZERO);
        return Optional.of(asked.compareTo(wait) > 0 ? asked : wait);
    }
}
