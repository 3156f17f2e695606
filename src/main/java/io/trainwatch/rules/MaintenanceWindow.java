package io.trainwatch.rules;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * A time that comes again and again, in which nothing is cancelled: from each moment of a cron expression, for so long.
 *
 * <p>Begins by the clock on the wall of its time zone, summer time or not, and lasts as long as it says, whatever that
 * clock does meanwhile. Thread-safe.
 *
 * @param duration more than 0, 7 days at most
 */
record MaintenanceWindow(String cron, Duration duration, ZoneId zone) {

    private static final Duration MAX_DURATION = Duration.ofDays(7);
    /** No clock is set by more at once, but for days that islands left out. */
    private static final Duration LARGEST_SHIFT = Duration.ofHours(3);

    /** @throws IllegalArgumentException with a message that begins with what it is about, {@code cron} or {@code duration} */
    MaintenanceWindow {
        if (duration.isZero() || duration.isNegative() || duration.compareTo(MAX_DURATION) > 0) {
            throw new IllegalArgumentException("duration: a window lasts for more than 0 and at most 7d");
        }
        try {
            if (new CronTimes(cron).next(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
                throw new IllegalArgumentException("names no time at all");
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cron: " + PolicyProblem.quoted(cron) + " " + e.getMessage(), e);
        }
    }

    /** Whether one began and has not ended yet. */
    boolean holds(Instant now) {
        // A new one for each call, since Quartz' are not thread-safe; asked only where a job is to be cancelled.
        CronTimes times = new CronTimes(cron);
        LocalDateTime onTheWall = LocalDateTime.ofInstant(now, zone);
        LocalDateTime latest = onTheWall.plus(LARGEST_SHIFT);
        Optional<LocalDateTime> start = times.next(onTheWall.minus(duration).minus(LARGEST_SHIFT));
        while (start.isPresent() && !start.get().isAfter(latest)) {
            if (holds(start.get(), now)) {
                return true;
            }
            start = times.next(start.get());
        }
        return false;
    }

    /** A start that the zone's clock leaves out comes by as much later; one that it shows twice counts twice. */
    private boolean holds(LocalDateTime start, Instant now) {
        ZonedDateTime first = start.atZone(zone);
        return holds(first.toInstant(), now)
                || holds(first.withLaterOffsetAtOverlap().toInstant(), now);
    }

    private boolean holds(Instant start, Instant now) {
        return !start.isAfter(now) && now.isBefore(start.plus(duration));
    }
}
