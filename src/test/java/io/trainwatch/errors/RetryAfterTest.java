package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

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

    @ParameterizedTest
    @ValueSource(strings = {"", "-5", "soon", "1.5", "99999999999999999999999", "Thu, 99 Jan 2026"})
    void ignoresWhatItCannotRead(String value) {
        assertThat(of(Map.of("Retry-After", value))).isEmpty();
    }

    private static Optional<Duration> of(Map<String, String> headers) {
        return RetryAfter.of(headers, NOW);
    }
}
