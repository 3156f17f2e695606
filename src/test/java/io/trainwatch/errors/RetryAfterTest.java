package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration THIRTY = Duration.ofSeconds(30);

    @Test
    void readsSeconds() {
        assertThat(of(Map.of("Retry-After", " 7 "))).contains(Duration.ofSeconds(7));
    }

    @Test
    void readsADate() {
        assertThat(of(Map.of("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT"))).contains(Duration.ofSeconds(30));
    }

    @Test
    void readsADateOnTheTenantsClock() {
        assertThat(of(Map.of("Retry-After", "Thu, 01 Jan 2026 00:10:30 GMT", "Date", "Thu, 01 Jan 2026 00:10:00 GMT")))
                .contains(Duration.ofSeconds(30));
    }

    @Test
    void isBounded() {
        assertThat(of(Map.of("Retry-After", "999999999999999999"))).contains(RetryAfter.LONGEST);
        assertThat(of(Map.of("Retry-After", "Thu, 01 Jan 2015 00:00:00 GMT"))).contains(Duration.ZERO);
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when =
                    "`Retry-After` is `30.0`, a date of RFC 850 or asctime, with `UTC`, with a wrong weekday, or ISO 8601",
            then = "It is honoured, on the clock of the server")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "30",
                "30.0",
                "30.",
                "029.999",
                "Thu, 01 Jan 2026 00:00:30 UTC",
                "Mon, 01 Jan 2026 00:00:30 GMT",
                "Donnerstag, 1 Jan 2026 00:00:30 GMT",
                "thu, 01 jan 2026 00:00:30 gmt",
                "01 Jan 2026 00:00:30 GMT",
                "Thu, 01 Jan 2026 00:00:30 +0000",
                "Thu, 01 Jan 2026 02:00:30 +0200",
                "Thursday, 01-Jan-26 00:00:30 GMT",
                "Thu Jan  1 00:00:30 2026",
                "2026-01-01T00:00:30Z",
                "2026-01-01T00:00:30.000+00:00",
                "2025-12-31T23:00:30-01",
                "2026-01-01 00:00:30",
                "10, 30, 20",
            })
    void readsWhatServersReallySend(String value) {
        assertThat(of(Map.of("Retry-After", value)).orElseThrow()).isBetween(Duration.ofMillis(29_999), THIRTY);
    }

    @Situation(of = Situation.Of.TENANTS, when = "`Retry-After: 30.5`", then = "It is honoured")
    @Test
    void readsFractionsOfSeconds() {
        assertThat(of(Map.of("Retry-After", "30.5"))).contains(Duration.ofMillis(30_500));
    }

    @Test
    void aYearOfTwoDigitsIsNoMoreThanFiftyYearsAhead() {
        assertThat(of(Map.of("Retry-After", "Sunday, 06-Nov-94 08:49:37 GMT"))).contains(Duration.ZERO);
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A 429 or 503 has `X-RateLimit-Reset` alone, in seconds or as a time",
            then = "It is honoured")
    @ParameterizedTest
    @CsvSource({
        "X-RateLimit-Reset, 30",
        "x-ratelimit-reset, 30.0",
        "RateLimit-Reset, 30",
        "X-Rate-Limit-Reset, 30",
        "X-RateLimit-Reset, 1767225630",
        "X-RateLimit-Reset, 1767225630000",
    })
    void whenTheCountBeginsAnewIsReadWhereNothingElseIsSaid(String name, String value) {
        assertThat(of(Map.of(name, value))).contains(THIRTY);
        assertThat(RetryAfter.of(503, Map.of(name, value), NOW)).contains(THIRTY);
        assertThat(of(Map.of(name, value, "Retry-After", "7"))).contains(Duration.ofSeconds(7));
        assertThat(RetryAfter.of(404, Map.of(name, value), NOW))
                .as("no refusal for the rate")
                .isEmpty();
    }

    @Situation(of = Situation.Of.TENANTS, when = "There are two headers `Retry-After`", then = "The longer one counts")
    @Test
    void ofSeveralHeadersTheLongestCounts() {
        List<String> values = List.of("7", "Thu, 01 Jan 2026 00:00:30 GMT", "soon");
        assertThat(RetryAfter.longestOf(values, NOW)).isEqualTo(values.get(1));
    }

    @Situation(of = Situation.Of.TENANTS, when = "`Retry-After` cannot be read", then = "It counts as none")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-5",
                "soon",
                "1,5h",
                "99999999999999999999999",
                "Thu, 99 Jan 2026",
                "NaN",
                "1e3",
                "2026" + "-13-01T00:00:00Z"
            })
    void ignoresWhatItCannotRead(String value) {
        assertThat(of(Map.of("Retry-After", value))).isEmpty();
    }

    private static Optional<Duration> of(Map<String, String> headers) {
        return RetryAfter.of(429, headers, NOW);
    }
}
