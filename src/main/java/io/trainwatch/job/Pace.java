package io.trainwatch.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How fast a job gets on, by all looks that saw it running. Immutable; kept in the store between looks.
 *
 * <p>The rate is a moving average of the progress between two looks, each weighed by the time between them, with a time
 * constant of 0.3 x the time that the job has been running, and 10 s at least; it is divided by the sum of the weights, so
 * that it is unbiased from the second look on. See {@code docs/polling.md}.
 *
 * @param since the look that first saw progress of the running job
 * @param at the latest look that saw progress
 * @param average percent a second, before it is divided by the weight
 * @param weight the sum of the weights, 0 to 1
 * @param steps how often progress has grown, {@value #MAX_STEPS} at most
 * @param soon looks since the last step that were taken because the end was near
 * @param estimates what was expected at each {@value #TENTH} percent of progress, in order
 */
public record Pace(
        Instant since, Instant at, double average, double weight, int steps, int soon, List<Estimate> estimates) {

    static final int MAX_STEPS = 3;
    private static final int TENTH = 10;
    private static final double MIN_SECONDS = 10;
    private static final double SHARE_OF_RUN = 0.3;

    /**
     * What was expected when progress had first come to so many tenths.
     *
     * @param tenths 1 to 9
     * @param elapsed seconds from {@link Pace#since}
     * @param remaining seconds until the end, as far as was known then
     */
    public record Estimate(int tenths, double elapsed, double remaining) {}

    static Pace begun(Instant now) {
        return new Pace(now, now, 0, 0, 0, 0, List.of());
    }

    /**
     * This and one more look.
     *
     * @param before percent, of the look before
     * @param near whether this look was taken because the end was near
     */
    Pace after(double before, double progress, Instant now, boolean near) {
        double seconds = seconds(at, now);
        if (seconds <= 0) {
            return this;
        }
        double constant = Math.max(MIN_SECONDS, SHARE_OF_RUN * seconds(since, now));
        double share = 1 - Math.exp(-seconds / constant);
        boolean grew = progress > before;
        Pace next = new Pace(
                since,
                now,
                average + share * ((progress - before) / seconds - average),
                weight + share * (1 - weight),
                Math.min(grew ? steps + 1 : steps, MAX_STEPS),
                grew ? 0 : near ? soon + 1 : soon,
                estimates);
        int tenths = (int) (progress / TENTH);
        return grew && tenths > (int) (before / TENTH) ? next.noting(tenths, progress, now) : next;
    }

    private Pace noting(int tenths, double progress, Instant now) {
        Optional<Duration> remaining = remaining(progress, now, now);
        if (remaining.isEmpty() || tenths >= TENTH) {
            return this;
        }
        List<Estimate> all = new ArrayList<>(estimates);
        all.add(new Estimate(tenths, seconds(since, now), remaining.get().toMillis() / 1000.0));
        return new Pace(since, at, average, weight, steps, soon, List.copyOf(all));
    }

    /**
     * How long the job still takes at this pace: from its last step on, so that the time that it stands still counts.
     * Negative where it should be over; empty where nobody can know.
     *
     * @param lastStep when progress grew last
     */
    public Optional<Duration> remaining(double progress, Instant lastStep, Instant now) {
        double rate = weight > 0 ? average / weight : 0;
        if (steps < MAX_STEPS || !(rate > 0)) {
            return Optional.empty();
        }
        double seconds = (100 - progress) / rate - seconds(lastStep, now);
        return Double.isFinite(seconds) ? Optional.of(Duration.ofMillis((long) (seconds * 1000))) : Optional.empty();
    }

    /** What was expected last. */
    public Optional<Estimate> latest() {
        return estimates.isEmpty() ? Optional.empty() : Optional.of(estimates.get(estimates.size() - 1));
    }

    private static double seconds(Instant from, Instant to) {
        Duration between = Duration.between(from, to);
        return between.getSeconds() + between.getNano() / 1e9;
    }
}
