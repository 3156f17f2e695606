package io.trainwatch.rules;

import io.trainwatch.rules.InvalidPolicy.Problem;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

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
            throw new IllegalArgumentException("cron: " + Problem.quoted(cron) + " " + e.getMessage(), e);
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

    /**
     * The times that a cron expression names on a clock that knows no summer time, as Quartz computes them.
     *
     * <p>In a zone with summer time Quartz leaves out what stands in the hour that is left out, and goes through an hour that
     * comes twice only once; so whoever asks maps these times to its zone.
     *
     * <p>Reads the six or seven fields of Quartz, and the five of crontab, whose weekdays are 0 to 7 with Sunday as 0 and 7.
     * The only class that meets {@link Date}, since Quartz speaks it. Not thread-safe, as Quartz' expression is not.
     */
    static final class CronTimes {

        private static final List<String> WEEKDAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");
        private static final Pattern NUMBER = Pattern.compile("(?<![/#\\d])\\d+");

        private final CronExpression expression;

        /** @throws IllegalArgumentException with a message that ends the sentence "'…' …" */
        CronTimes(String text) {
            try {
                expression = new CronExpression(ofQuartz(text.strip()));
            } catch (ParseException | RuntimeException e) {
                throw new IllegalArgumentException("is no cron expression: " + e.getMessage(), e);
            }
            expression.setTimeZone(TimeZone.getTimeZone("UTC"));
        }

        /** The first time after this one; empty where there is none. */
        Optional<LocalDateTime> next(LocalDateTime after) {
            Date next = expression.getTimeAfter(Date.from(after.toInstant(ZoneOffset.UTC)));
            return Optional.ofNullable(next).map(time -> LocalDateTime.ofInstant(time.toInstant(), ZoneOffset.UTC));
        }

        private static String ofQuartz(String text) {
            String[] fields = text.split("\\s+");
            if (fields.length != 5) {
                return text;
            }
            boolean anyDay = fields[2].equals("*") || fields[2].equals("?");
            boolean anyWeekday = fields[4].equals("*") || fields[4].equals("?");
            if (!anyDay && !anyWeekday) {
                throw new IllegalArgumentException(
                        "it names days of the month and of the week; write a window for each");
            }
            String day = anyDay && !anyWeekday ? "?" : fields[2].replace("?", "*");
            String weekday = anyWeekday ? "?" : weekdays(fields[4]);
            return String.join(" ", "0", fields[0], fields[1], day, fields[3], weekday);
        }

        /** Names in place of numbers, which Quartz counts from 1. */
        private static String weekdays(String field) {
            Matcher numbers = NUMBER.matcher(field);
            return numbers.replaceAll(number -> {
                int day = number.group().length() > 1 ? 8 : Integer.parseInt(number.group());
                if (day >= WEEKDAYS.size()) {
                    throw new IllegalArgumentException("the weekday " + number.group() + " is not 0 to 7");
                }
                return WEEKDAYS.get(day);
            });
        }
    }
}
