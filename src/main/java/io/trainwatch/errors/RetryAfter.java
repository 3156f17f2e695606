package io.trainwatch.errors;

import io.trainwatch.text.SafeText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a server asks to be left alone: {@code Retry-After} (RFC 9110, section 10.2.3), and where a server that refuses
 * for the rate has none, the headers that say when its count begins anew.
 *
 * <p>Read leniently: fractions of seconds, all three forms of dates and ISO 8601, whatever the weekday says. What cannot be
 * read is logged once.
 */
public final class RetryAfter {

    /** The longest wait that is honoured: a tenant that asks for more is looked at again after this. */
    public static final Duration LONGEST = Duration.ofHours(1);

    public static final String HEADER = "Retry-After";

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.errors");
    private static final List<String> RESETS = List.of("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset");
    /** A number of seconds beyond this is a time: seconds since 1970, or milliseconds beyond the other. */
    private static final double MIN_EPOCH = 1e9;

    private static final double MIN_EPOCH_MILLIS = 1e12;

    private static final Pattern SECONDS = Pattern.compile("\\d{1,18}(\\.\\d{0,18})?");
    private static final Pattern SEVERAL = Pattern.compile("[\\d.]+(\\s*,\\s*[\\d.]+)+");
    private static final Pattern WEEKDAY = Pattern.compile("^[A-Za-z]{2,12}(,\\s*|\\s+)(?=[A-Za-z]{3}\\s|\\d)");
    private static final Pattern ZONE = Pattern.compile("(?i)\\s*(GMT|UTC|UT|Z|([+-]\\d{2}):?(\\d{2})?)$");

    private static final int MAX_LOGGED = 20;
    private static final int MAX_LOGGED_CHARACTERS = 60;
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private RetryAfter() {}

    /**
     * The wait asked for, between zero and {@link #LONGEST}; empty where none is asked for, or none that can be read.
     *
     * @param status of the response that the headers are of
     * @param headers looked up without regard to case
     */
    public static Optional<Duration> of(int status, Map<String, String> headers, Instant now) {
        return of(status, headers, now, LONGEST);
    }

    /** As {@link #of(int, Map, Instant)}, with another bound. */
    public static Optional<Duration> of(int status, Map<String, String> headers, Instant now, Duration longest) {
        if (headers == null) {
            return Optional.empty();
        }
        // A time is meant on the server's clock, which its Date header tells; ours may differ.
        Instant serversNow =
                header(headers, "date").flatMap(date -> date(date, now)).orElse(now);
        Optional<String> asked = header(headers, HEADER);
        boolean ofRate = status == 429 || status == 503;
        Optional<Duration> wait = asked.isPresent() || !ofRate
                ? asked.flatMap(value -> longest(value, serversNow))
                : Stream.concat(
                                RESETS.stream()
                                        .flatMap(name -> header(headers, name).stream())
                                        .flatMap(value -> wait(value, serversNow).stream()),
                                RequestQuota.of(name -> header(headers, name).orElse(null), serversNow)
                                        .map(RequestQuota::reset)
                                        .stream())
                        .max(Comparator.naturalOrder());
        return wait.map(found -> bounded(found, longest));
    }

    /** The one of several values of the header that asks for the longest wait; the first where none can be read. */
    public static String longestOf(Collection<String> values, Instant now) {
        return values.stream()
                .max(Comparator.comparing(value -> wait(value, now).orElse(Duration.ZERO)))
                .orElseThrow();
    }

    private static Optional<Duration> longest(String value, Instant now) {
        return (SEVERAL.matcher(value).matches() ? Arrays.stream(value.split(",")) : Stream.of(value))
                .flatMap(each -> wait(each.strip(), now).stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<String> header(Map<String, String> headers, String name) {
        return headers.entrySet().stream()
                .filter(header -> name.equalsIgnoreCase(header.getKey()) && header.getValue() != null)
                .map(header -> header.getValue().strip())
                .findFirst();
    }

    static Optional<Duration> wait(String value, Instant now) {
        Optional<Duration> wait = SECONDS.matcher(value).matches()
                ? Optional.of(ofNumber(Double.parseDouble(value), now))
                : date(value, now).map(until -> Duration.between(now, until));
        if (wait.isEmpty()) {
            reportUnreadable(value);
        }
        return wait;
    }

    private static Duration ofNumber(double number, Instant now) {
        if (number < MIN_EPOCH || number > MIN_EPOCH_MILLIS * 10) {
            return Duration.ofMillis((long) (Math.min(number, MIN_EPOCH_MILLIS) * 1000));
        }
        double millis = number < MIN_EPOCH_MILLIS ? number * 1000 : number;
        return Duration.between(now, Instant.ofEpochMilli((long) millis));
    }

    /** The forms of RFC 9110, section 5.6.7, and ISO 8601. */
    private static Optional<Instant> date(String value, Instant now) {
        String local = WEEKDAY.matcher(value).replaceFirst("").replace("  ", " ");
        int offset = 0;
        Matcher zone = ZONE.matcher(local);
        if (zone.find()) {
            offset = offsetSeconds(zone);
            local = local.substring(0, zone.start());
        }
        for (DateTimeFormatter form : forms(now)) {
            try {
                return Optional.of(LocalDateTime.parse(local, form)
                        .toInstant(ZoneOffset.UTC)
                        .minusSeconds(offset));
            } catch (DateTimeException e) {
                // Another form, then.
            }
        }
        return Optional.empty();
    }

    private static int offsetSeconds(Matcher zone) {
        if (zone.group(2) == null) {
            return 0;
        }
        int hours = Integer.parseInt(zone.group(2));
        int minutes = zone.group(3) == null ? 0 : Integer.parseInt(zone.group(3));
        return hours * 3600 + (zone.group(2).startsWith("-") ? -minutes : minutes) * 60;
    }

    private static List<DateTimeFormatter> forms(Instant now) {
        LocalDate base = LocalDate.ofInstant(now, ZoneOffset.UTC).minusYears(49);
        return List.of(
                form().appendPattern("d MMM uuuu HH:mm:ss").toFormatter(Locale.ENGLISH),
                form().appendPattern("d-MMM-")
                        .appendValueReduced(ChronoField.YEAR, 2, 2, base)
                        .appendPattern(" HH:mm:ss")
                        .toFormatter(Locale.ENGLISH),
                form().appendPattern("MMM d HH:mm:ss uuuu").toFormatter(Locale.ENGLISH),
                DateTimeFormatter.ISO_LOCAL_DATE_TIME,
                form().append(DateTimeFormatter.ISO_LOCAL_DATE)
                        .appendLiteral(' ')
                        .append(DateTimeFormatter.ISO_LOCAL_TIME)
                        .toFormatter(Locale.ENGLISH));
    }

    private static DateTimeFormatterBuilder form() {
        return new DateTimeFormatterBuilder().parseCaseInsensitive();
    }

    private static void reportUnreadable(String value) {
        String shown = SafeText.bounded(value, MAX_LOGGED_CHARACTERS);
        if (LOGGED.size() < MAX_LOGGED && LOGGED.add(shown.replaceAll("\\d", "0"))) {
            LOG.warn(
                    "A server asks for a wait of \"{}\", which is neither seconds nor a date; the waits grow by themselves"
                            + " instead.",
                    shown);
        }
    }

    private static Duration bounded(Duration wait, Duration longest) {
        return wait.isNegative() ? Duration.ZERO : Backoff.atMost(longest, wait);
    }
}
