package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers say of the requests that they still take. */
class RequestQuotaTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"default\";r=50;t=30 | 50 | 30",
                "default;r=50;t=30 | 50 | 30",
                "\"default\"; r=50; t=30 | 50 | 30",
                "\"a\";r=50;t=30, \"b\";r=2;t=10 | 2 | 10",
                "\"a\";r=0;t=7 | 0 | 7",
                "\"a\";pk=:abc=:;r=4;t=2 | 4 | 2",
                "\"a\";r=4;t=0 | 4 | 1"
            })
    void theDraftsFieldIsRead(String value, double remaining, long seconds) {
        assertThat(of(Map.of("RateLimit", value))).contains(new RequestQuota(remaining, Duration.ofSeconds(seconds)));
    }

    @Test
    void theWindowOfThePolicyCountsWhereNoResetIsTold() {
        assertThat(of(Map.of("RateLimit", "\"day\";r=5", "RateLimit-Policy", "\"day\";q=100;w=60,\"b\";q=1;w=1")))
                .contains(new RequestQuota(5, Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RateLimit", "X-RateLimit", "X-Rate-Limit"})
    void theOlderFieldsAreReadInSecondsAndAsATime(String prefix) {
        assertThat(of(Map.of(prefix + "-Remaining", "12", prefix + "-Reset", "6")))
                .contains(new RequestQuota(12, Duration.ofSeconds(6)));
        assertThat(of(Map.of(
                        prefix + "-Remaining",
                        " 12 ",
                        prefix + "-Reset",
                        "" + NOW.plusSeconds(9).getEpochSecond())))
                .contains(new RequestQuota(12, Duration.ofSeconds(9)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "none", "\"a\"", "\"a\";r=x;t=3", "\"a\";r=5", "\"a\";r=-1;t=3", ";;;,,,", "\"a;r=1;t=1"})
    void whatCannotBeReadSaysNothing(String value) {
        assertThat(of(Map.of("RateLimit", value))).isEmpty();
        assertThat(of(Map.of("X-RateLimit-Remaining", value, "X-RateLimit-Reset", "5")))
                .isEmpty();
        assertThat(of(Map.of("X-RateLimit-Remaining", "5"))).isEmpty();
    }

    @Test
    void aResetFarAwayIsBounded() {
        assertThat(of(Map.of("X-RateLimit-Remaining", "1", "X-RateLimit-Reset", "99999999"))
                        .orElseThrow()
                        .reset())
                .isEqualTo(RetryAfter.LONGEST);
    }

    @Test
    void aRefusalWithoutRetryAfterWaitsUntilTheReset() {
        assertThat(RetryAfter.of(429, Map.of("RateLimit", "\"a\";r=0;t=7"), NOW))
                .contains(Duration.ofSeconds(7));
        assertThat(RetryAfter.of(429, Map.of("RateLimit", "\"a\";r=0;t=7", "Retry-After", "3"), NOW))
                .contains(Duration.ofSeconds(3));
    }

    private static Optional<RequestQuota> of(Map<String, String> headers) {
        return RequestQuota.of(new HashMap<>(headers)::get, NOW);
    }
}
