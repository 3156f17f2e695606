package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The answers of a server in trouble, which are the same at every endpoint. */
final class Problems {

    // RFC 9110 section 5.6.7 wants two digits of the day; the JDK's RFC_1123_DATE_TIME prints one where one is enough.
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private static final int[] SERVER_ERRORS = {500, 502, 503, 504};

    private Problems() {}

    /** 500, 502, 503 or 504. */
    static Answer serverError(long seed, long number) {
        int choice = (int) (Chance.at(Chance.seed(seed, "server error"), number) * SERVER_ERRORS.length);
        return Answer.problem(SERVER_ERRORS[choice], "Server Error", "the simulated tenant fails on purpose");
    }

    /** 429 without {@code Retry-After}. */
    static Answer throttled() {
        return Answer.problem(429, "Too Many Requests", "the simulated tenant throttles on purpose");
    }

    /** {@code Retry-After} in seconds, rounded up. */
    static String seconds(Duration delay) {
        return Long.toString(delay.plusMillis(999).toSeconds());
    }

    /** {@code Retry-After} as an HTTP-date, rounded up to a second. */
    static String httpDate(Instant now, Duration delay) {
        return HTTP_DATE.format(now.plus(delay).plusMillis(999));
    }
}
