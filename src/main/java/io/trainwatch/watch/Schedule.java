package io.trainwatch.watch;

import io.trainwatch.job.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** When a job is looked at next. All waits carry some jitter, so that jobs that were added together drift apart. */
public final class Schedule {

    /** When a job is looked at next, and why then. */
    public record NextLook(Instant at, LookReason why) {}

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration APART = Duration.ofMillis(10);
    /** So many looks at once are no burst. */
    static final int FEW = 200;

    private static final Duration AFTER_CANCEL = Duration.ofSeconds(1);

    private final Duration interval;
    private final Duration listInterval;
    private final Duration confirmAfter;
    private final Optional<NearEnd> nearEnd;
    private final DoubleSupplier random;

    /**
     * @param interval the longest time between two looks at a running job
     * @param listInterval the time between two lists of a project's jobs
     * @param confirmAfter from the end of a job to the look that confirms it; zero where there is none
     * @param nearEnd empty where the interval counts until the end
     * @param random numbers from 0 (inclusive) to 1
     */
    public Schedule(
            Duration interval,
            Duration listInterval,
            Duration confirmAfter,
            Optional<NearEnd> nearEnd,
            DoubleSupplier random) {
        this.interval = interval;
        this.listInterval = listInterval;
        this.confirmAfter = confirmAfter;
        this.nearEnd = nearEnd;
        this.random = random;
    }

    /** The longest time between two looks at a running job. */
    Duration interval() {
        return interval;
    }

    /**
     * The first look at one of many jobs that are put on the list together: 10 ms after the one before; where they are
     * many, all evenly over one interval. Together they would meet the tenant as one burst, now and after each interval.
     *
     * @param index from 0
     * @param listed whether a list tells of the job, so that it need not be asked about on its own
     */
    Instant firstLook(Instant now, int index, int jobs, boolean listed) {
        if (listed) {
            // The list comes first; this is for what it does not tell of.
            return now.plus(untilListsAreMissed());
        }
        Duration evenly = interval.dividedBy(Math.max(jobs, 1));
        Duration apart = jobs > FEW ? evenly : shorter(APART, evenly);
        return now.plus(apart.multipliedBy(index));
    }

    /**
     * After a look that found the job running.
     *
     * @param listed whether a list told of it; then the next list is due so soon, and the job itself a little later
     */
    public NextLook afterLook(Instant now, Observed observed, boolean listed) {
        Optional<NearEnd.Wait> wait =
                nearEnd.flatMap(rule -> rule.next(observed, listed ? listInterval : interval, now));
        if (wait.isPresent() && wait.get().isSoon()) {
            Instant soon = now.plus(wait.get().time());
            return new NextLook(listed ? soon.plus(Watch.AFTER_LIST) : soon, LookReason.NEAR_END);
        }
        if (listed) {
            return new NextLook(afterListedLook(now), LookReason.INTERVAL);
        }
        return new NextLook(
                wait.map(known -> now.plus(known.time())).orElseGet(() -> afterLook(now)), LookReason.INTERVAL);
    }

    /** After a look that found the job running: 90 to 100 % of the interval. */
    Instant afterLook(Instant now) {
        return now.plus(scaled(interval, 0.9 + 0.1 * random.getAsDouble()));
    }

    /**
     * After a list that found the job running: the job is looked at on its own where two further lists do not tell of it,
     * or where its interval is longer.
     */
    private Instant afterListedLook(Instant now) {
        Instant alone = afterLook(now);
        Instant withoutLists = now.plus(untilListsAreMissed());
        return alone.isAfter(withoutLists) ? alone : withoutLists;
    }

    /**
     * While a cancel is under way its end is worth knowing soon: after a second at first, and then after a tenth of the
     * time that it has taken already, at the latest when the next cancel is due, and never after more than the interval.
     *
     * @param requestedAt when the cancel was decided on
     * @param nextCancelAt when it is sent again; {@code null} where it is not
     */
    Instant afterCancel(Instant now, Instant requestedAt, Instant nextCancelAt) {
        Duration tenth = Duration.between(requestedAt, now).dividedBy(10);
        Instant next = now.plus(shorter(interval, tenth.compareTo(AFTER_CANCEL) > 0 ? tenth : AFTER_CANCEL));
        return nextCancelAt != null && nextCancelAt.isAfter(now) && nextCancelAt.isBefore(next) ? nextCancelAt : next;
    }

    /**
     * After the end of a job: 100 to 110 % of the time after which it is confirmed.
     *
     * @param listed whether a list told of the end, and so will tell that it stands; the job is asked about on its own
     *     where two further lists do not
     */
    Optional<Instant> afterEnd(Instant now, boolean listed) {
        if (confirmAfter.isZero()) {
            return Optional.empty();
        }
        Instant alone = now.plus(scaled(confirmAfter, 1 + 0.1 * random.getAsDouble()));
        return Optional.of(listed ? alone.plus(untilListsAreMissed()) : alone);
    }

    /** How far ahead a next look may lie, by why it is due then; the reasons that are left out have waits of their own. */
    Map<LookReason, Duration> longestWaits() {
        Duration alone = interval.multipliedBy(6).dividedBy(5);
        Duration missed = untilListsAreMissed();
        Duration first = missed.compareTo(alone) > 0 ? missed : alone;
        return Map.of(
                LookReason.FIRST_LOOK, first,
                LookReason.INTERVAL, first,
                LookReason.NEAR_END, first,
                LookReason.AFTER_FAILURE, alone,
                LookReason.AFTER_CANCEL, alone);
    }

    /** After a look that failed: 1 s, doubled with each further failure up to the interval; +-20 %. */
    Instant afterFailure(Instant now, int failuresInARow) {
        return now.plus(backoff(failuresInARow, FIRST_BACKOFF, interval));
    }

    /** {@code first * 2^(n-1)}, at most {@code longest}, +-20 %. */
    Duration backoff(int attempt, Duration first, Duration longest) {
        Duration wait = longest;
        if (attempt <= 20) {
            wait = shorter(longest, first.multipliedBy(1L << Math.max(attempt - 1, 0)));
        }
        return scaled(wait, 0.8 + 0.4 * random.getAsDouble());
    }

    /** So long after a list, two further ones should have come. */
    private Duration untilListsAreMissed() {
        return listInterval.multipliedBy(5).dividedBy(2);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration scaled(Duration wait, double factor) {
        return Duration.ofNanos((long) (wait.toNanos() * factor));
    }
}
