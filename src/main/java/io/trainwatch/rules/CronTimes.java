package io.trainwatch.rules;

import java.text.ParseException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/**
 * The times that a cron expression names on a clock that knows no summer time, as Quartz computes them.
 *
 * <p>In a zone with summer time Quartz leaves out what stands in the hour that is left out, and goes through an hour that
 * comes twice only once; so whoever asks maps these times to its zone.
 *
 * <p>Reads the six or seven fields of Quartz, and the five of crontab, whose weekdays are 0 to 7 with Sunday as 0 and 7.
 * The only class that meets {@link Date}, since Quartz speaks it. Not thread-safe, as Quartz' expression is not.
 */
final class CronTimes {

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
            throw new IllegalArgumentException("it names days of the month and of the week; write a window for each");
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
