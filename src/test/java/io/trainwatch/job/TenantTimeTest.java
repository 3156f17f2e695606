package io.trainwatch.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.conventions.Situation;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantTimeTest {

    private static final Instant MORNING = Instant.parse("2026-11-23T09:30:00Z");

    @Test
    void readsWhatTheJdkWrites() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            // The years 1970 to 2262, with 0, 3, 6 or 9 decimals.
            long second = (long) (random.nextDouble() * 9_223_372_036L);
            ChronoUnit precision = new ChronoUnit[] {
                        ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS, ChronoUnit.NANOS
                    }
                    [i % 4];
            Instant instant =
                    Instant.ofEpochSecond(second, random.nextInt(1_000_000_000)).truncatedTo(precision);
            assertThat(TenantTime.parse(instant.toString())).isEqualTo(instant);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-23T09:30:00.5Z", "2026-11-23T09:30:00.05Z", "2024-02-29T00:00:00Z"})
    void readsAnyNumberOfDecimalsAndLeapDays(String text) {
        assertThat(TenantTime.parse(text)).isEqualTo(Instant.parse(text));
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A time is `2026-11-23T09:30:00.000+0000`, has a space for the T, ends in `+00`, or is an HTTP date",
            then = "It is read")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-23T09:30:00.000+0000",
                "2026-11-23T09:30:00+00:00",
                "2026-11-23T09:30:00+00",
                "2026-11-23T09:30:00-00:00",
                "2026-11-23T10:30:00+01:00",
                "2026-11-23T10:30:00+0100",
                "2026-11-23T10:30:00+01",
                "2026-11-23T15:00:00.000000+05:30",
                "2026-11-23T04:30:00-0500",
                "2026-11-23T10:30:00+01:00[Europe/Berlin]",
                "2026-11-23 09:30:00",
                "2026-11-23 09:30:00Z",
                "2026-11-23 09:30:00.000",
                "2026-11-23 09:30:00 +0000",
                "2026-11-23 09:30:00.000 +0000 UTC",
                "2026-11-23 09:30:00 UTC",
                "2026-11-23T09:30:00",
                "2026-11-23T09:30",
                "2026-11-23T09:30Z",
                "2026-11-23T09:30:00,0Z",
                "2026-11-23t09:30:00z",
                " 2026-11-23T09:30:00Z ",
                "Mon, 23 Nov 2026 09:30:00 GMT",
                "1795426200",
                "1795426200.0",
                "1795426200000"
            })
    void readsTheFormsThatTheWorldWrites(String text) {
        assertThat(TenantTime.parse(text)).isEqualTo(MORNING);
    }

    @Situation(of = Situation.Of.TENANTS, when = "A time is a number of seconds or milliseconds", then = "It is read")
    @ParameterizedTest
    @ValueSource(doubles = {1_795_426_200d, 1_795_426_200_000d})
    void readsUnixSecondsAndMilliseconds(double number) {
        assertThat(TenantTime.ofUnix(number)).isEqualTo(MORNING);
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A time is empty, 0, or `0001-01-01T00:00:00Z`",
            then = "There is none, and nothing is complained of")
    @ParameterizedTest
    @ValueSource(
            strings = {"", "  ", "0", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01 00:00:00 +0000 UTC"})
    void whatSaysThatThereIsNoTimeIsNone(String text) {
        assertThat(TenantTime.parse(text)).isNull();
        assertThat(TenantTime.ofUnix(0)).isNull();
    }

    @Situation(of = Situation.Of.TENANTS, when = "A time cannot be read", then = "It counts as missing")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Z",
                "soon",
                "2026",
                "2026-11-23",
                "2026-11-23T09:30:00.1234567890Z",
                "2026-11-23T09:30:0xZ",
                "2026-11-23T09:60:00Z",
                "2026-11-23T09:30:60Z",
                "2026-02-29T09:30:00Z",
                "2026-13-01T09:30:00Z",
                "2026-00-01T09:30:00Z",
                "2026-11-23T09:30:00ZZ",
                "2026-11-23T09:30:00+25:00",
                "２０２６-11-23T09:30:00Z",
                "null",
                "NaN",
                "-5",
                "1e9"
            })
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> TenantTime.parse(text))
                .isInstanceOf(DateTimeException.class)
                .hasMessage("not a time");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1969-12-31T23:59:59.999Z",
                "2262-04-12T00:00:00Z",
                "9999-12-31T23:59:59Z",
                "0000-01-01T00:00:00Z",
                "-999999999-01-01T00:00:00Z",
                "+999999999-12-31T23:59:59Z",
                "9999999999999999"
            })
    void refusesTimesOutsideOfWhatATrainingCanBe(String text) {
        assertThatThrownBy(() -> TenantTime.parse(text))
                .isInstanceOf(DateTimeException.class)
                .hasMessage("not between 1970 and 2262");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 1e300, -1e300, 1e16, Double.POSITIVE_INFINITY, -Double.MAX_VALUE})
    void refusesNumbersOutsideOfWhatATrainingCanBe(double number) {
        assertThatThrownBy(() -> TenantTime.ofUnix(number)).isInstanceOf(DateTimeException.class);
    }

    @Test
    void aLongTextIsRefusedAtOnce() {
        assertThatThrownBy(() -> TenantTime.parse("1".repeat(1_000_000))).hasMessage("not a time");
    }
}
