package io.trainwatch.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How late looks were taken, in a histogram whose buckets are 4 % wide: a percentile is right to that. Thread-safe.
 */
public final class LookDelays {

    private static final double GROWTH = 1.04;
    private static final double SMALLEST_MILLIS = 1;
    /** The last bucket holds all that is over an hour. */
    private static final int BUCKETS = (int) (Math.log(3_600_000) / Math.log(GROWTH)) + 2;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicReference<Instant> firstLook = new AtomicReference<>();

    void over(Instant now) {
        if (firstLook.get() == null) {
            firstLook.compareAndSet(null, now);
        }
    }

    /** When the first look was over. */
    public Optional<Instant> firstLook() {
        return Optional.ofNullable(firstLook.get());
    }

    void add(Duration late) {
        double millis = Math.max(late.toMillis(), 0);
        int bucket = millis <= SMALLEST_MILLIS
                ? 0
                : Math.min((int) Math.ceil(Math.log(millis / SMALLEST_MILLIS) / Math.log(GROWTH)), BUCKETS - 1);
        counts.incrementAndGet(bucket);
    }

    /** Looks so far. */
    public long count() {
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    /** The lag that this part of all looks did not exceed; 0 before the first. */
    public Duration percentile(double percent) {
        long wanted = (long) Math.ceil(count() * percent / 100);
        long seen = 0;
        for (int i = 0; i < BUCKETS && wanted > 0; i++) {
            seen += counts.get(i);
            if (seen >= wanted) {
                return i == 0 ? Duration.ofMillis(1) : Duration.ofMillis((long) Math.pow(GROWTH, i));
            }
        }
        return Duration.ZERO;
    }

    /** The longest lag so far; 0 before the first look. */
    public Duration longest() {
        return percentile(100);
    }
}
