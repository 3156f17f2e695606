package io.trainwatch.errors;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/** The {@code Retry-After} header, in seconds or as a date. RFC 9110, section 10.2.3. */
public final class RetryAfter {

    /** The longest wait that is honoured: a tenant that asks for more is looked at again after this. */
    public static final Duration LONGEST = Duration.ofHours(1);

    private RetryAfter() {}

    /**
     * The wait asked for, between zero and {@link #LONGEST}; empty without the header or with one that cannot be read.
     *
     * @param headers looked up without regard to case
     */
    public static Optional<Duration> of(Map<String, String> headers, Instant now) {
        return of(headers, now, LONGEST);
    }

    /** As {@link #of(Map, Instant)}, with another bound. */
    public static Optional<Duration> of(Map<String, String> headers, Instant now, Duration longest) {
        if (headers == null) {
            return Optional.empty();
        }
        // A date is meant on the tenant's clock, which its Date header tells; ours may differ.
        Instant tenantsNow = header(headers, "date").flatMap(RetryAfter::date).orElse(now);
        return header(headers, "retry-after").flatMap(value -> parse(value, tenantsNow, longest));
    }

    private static Optional<String> header(Map<String, String> headers, String name) {
        return headers.entrySet().stream()
                .filter(header -> name.equalsIgnoreCase(header.getKey()) && header.getValue() != null)
                .map(header -> header.getValue().strip())
                .findFirst();
    }

    static Optional<Duration> parse(String value, Instant now) {
        return parse(value, now, LONGEST);
    }

    private static Optional<Duration> parse(String value, Instant now, Duration longest) {
        if (value.matches("\\d{1,18}")) {
            return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(value)), longest));
        }
        return date(value).map(until -> bounded(Duration.between(now, until), longest));
    }

    private static Optional<Instant> date(String value) {
        try {
            return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration bounded(Duration wait, Duration longest) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
