package io.trainwatch.job;

import io.trainwatch.text.IsoTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads the times of tenants, in all the forms that they write: ISO-8601 text with any offset or none (UTC), a space for
 * the {@code T}, Unix seconds or milliseconds as a number or as text. A time outside 1970 to 2262 cannot be one of a
 * training, and would not fit into nanoseconds.
 *
 * <p>The formatters of the JDK, which read all forms, took a tenth of a look's CPU: the usual form is read by
 * {@link IsoTime}.
 */
public final class TenantTime {

    /** The first instant, in seconds, whose nanoseconds do not fit into 64 bits. */
    private static final long END = Long.MAX_VALUE / 1_000_000_000L;

    /** 5138-11-16 as seconds, 1973-03-03 as milliseconds. */
    private static final double SMALLEST_MILLIS = 1e11;

    /** What Go and .NET write for a time that was never set. */
    private static final String NEVER = "0001-01-01";

    private static final int MAX_CHARACTERS = 80;
    private static final Pattern UNIX = Pattern.compile("0|\\d{9,16}(\\.\\d{1,9})?");
    private static final Pattern UTC_BY_NAME = Pattern.compile("(?i)( ?[+-]00:?00)? ?(utc|gmt|z)$");
    private static final Pattern OFFSET = Pattern.compile(" ?([+-]\\d\\d):?(\\d\\d)?(?=$|\\[)");
    private static final DateTimeFormatter ANY_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendLiteral('[')
            .appendZoneRegionId()
            .appendLiteral(']')
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);

    private static final int TIME_STARTS = "2026-11-23".length();

    private TenantTime() {}

    /**
     * The time that the text says.
     *
     * @return {@code null} where it says that there is none: empty, or {@code 0001-01-01T00:00:00Z}
     * @throws DateTimeException where it is no time, or outside 1970 to 2262; the message says which
     */
    public static Instant parse(String text) {
        Instant usual = IsoTime.usual(text);
        return usual == null || usual.getEpochSecond() < 0 ? ofOther(text.strip()) : inRange(usual);
    }

    /**
     * The time that the number says, in seconds or in milliseconds since 1970.
     *
     * @return {@code null} for 0, which says that there is none
     * @throws DateTimeException where it is outside 1970 to 2262
     */
    public static Instant ofUnix(double number) {
        if (number == 0) {
            return null;
        }
        double millis = Math.abs(number) < SMALLEST_MILLIS ? number * 1000 : number;
        // The cast makes 1970 of NaN; it bounds what is too large, and that is out of range as well.
        return inRange(Instant.ofEpochMilli(Double.isNaN(millis) ? -1 : (long) millis));
    }

    private static Instant ofOther(String text) {
        if (text.isEmpty() || text.startsWith(NEVER)) {
            return null;
        }
        if (text.length() > MAX_CHARACTERS) {
            throw new DateTimeException("not a time");
        }
        if (UNIX.matcher(text).matches()) {
            return ofUnix(Double.parseDouble(text));
        }
        try {
            return inRange(instant(
                    !Character.isLetter(text.charAt(0))
                            ? ANY_OFFSET.parseBest(
                                    plain(text), ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from)
                            : DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeParseException e) {
            throw new DateTimeException("not a time", e);
        }
    }

    /** With a T between date and time, a point before the decimals, and the offset right behind the time. */
    private static String plain(String text) {
        boolean another =
                text.length() > TIME_STARTS && (text.charAt(TIME_STARTS) == ' ' || text.charAt(TIME_STARTS) == 't');
        String plain = another ? text.substring(0, TIME_STARTS) + 'T' + text.substring(TIME_STARTS + 1) : text;
        plain = UTC_BY_NAME.matcher(plain).replaceFirst("Z");
        plain = plain.indexOf('T') < 0
                ? plain
                : OFFSET.matcher(plain)
                        .replaceFirst(found -> found.group(1) + ":" + (found.group(2) == null ? "00" : found.group(2)));
        return plain.replace(',', '.');
    }

    private static Instant instant(TemporalAccessor read) {
        return read instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : Instant.from(read);
    }

    private static Instant inRange(Instant instant) {
        if (instant.getEpochSecond() < 0 || instant.getEpochSecond() >= END) {
            throw new DateTimeException("not between 1970 and 2262");
        }
        return instant;
    }
}
