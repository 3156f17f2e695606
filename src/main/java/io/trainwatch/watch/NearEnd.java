package io.trainwatch.watch;

import io.trainwatch.job.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When to look again at a job whose progress tells when it will end, so that its end is known soon. Thread-safe.
 *
 * <p>The next look comes after four fifths of what remains, so that each look is nearer to the end than the one before; not
 * below a second and never above the interval. Where the job makes no further step, the waits double. {@code
 * docs/polling.md} has the reasons and what it costs.
 */
public final class NearEnd {

    private static final double SHARE_OF_REST = 0.8;
    private static final Duration MIN_WAIT = Duration.ofSeconds(1);
    /** Looks without a step, until the last of them come by the interval again. */
    private static final int MAX_WITHOUT_STEP = 8;

    /** Of all looks at the job, at most, are such looks. */
    private static final double SHARE_OF_LOOKS = 0.15;
    /** Jobs that were added together drift apart, and those whose end is known need no more: the looks are spent on it. */
    private static final double JITTER = 0.02;

    /** Of the interval, at most, while the job does not end when it should: it may end at any time. */
    private static final double OVERDUE = 0.9;

    private static final double JITTER_OF_SOON = 0.1;

    private final DoubleSupplier random;

    /** @param random numbers from 0 (inclusive) to 1 */
    public NearEnd(DoubleSupplier random) {
        this.random = random;
    }

    /** @param isSoon whether it is below the interval because the end is near */
    public record Wait(Duration time, boolean isSoon) {}

    /**
     * The time until the next look; empty where progress does not tell when the job will end, so that the interval counts.
     *
     * @param interval the longest wait
     */
    public Optional<Wait> next(Observed observed, Duration interval, Instant now) {
        return observed.remaining(now).map(rest -> next(rest, observed, interval));
    }

    private Wait next(Duration rest, Observed observed, Duration interval) {
        int withoutStep = observed.pace().soon();
        Duration soon = times(rest, SHARE_OF_REST);
        if (withoutStep == 0 && soon.compareTo(interval) >= 0) {
            return new Wait(down(interval, JITTER), false);
        }
        Duration longest = interval;
        if (withoutStep > 0) {
            double spent = Math.min(withoutStep - Math.min(MAX_WITHOUT_STEP, observed.looks() * SHARE_OF_LOOKS), 0);
            soon = longer(soon, times(interval, Math.pow(2, spent)));
            longest = times(interval, OVERDUE);
        }
        Duration wait = down(soon.compareTo(longest) < 0 ? soon : longest, JITTER_OF_SOON);
        return new Wait(wait.compareTo(MIN_WAIT) < 0 && MIN_WAIT.compareTo(interval) < 0 ? MIN_WAIT : wait, true);
    }

    private Duration down(Duration wait, double share) {
        return times(wait, 1 - share * random.getAsDouble());
    }

    private static Duration times(Duration wait, double factor) {
        return Duration.ofMillis((long) (wait.toMillis() * factor));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
