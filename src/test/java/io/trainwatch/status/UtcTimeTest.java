package io.trainwatch.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimeTest {

    @Test
    void readsWhatTheJdkWrites() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            // The years 0000 to 9999, with 0, 3, 6 or 9 decimals.
            long second = -62_167_219_200L + (long) (random.nextDouble() * 315_569_520_000L);
            ChronoUnit precision = new ChronoUnit[] {
                        ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS, ChronoUnit.NANOS
                    }
                    [i % 4];
            Instant instant =
                    Instant.ofEpochSecond(second, random.nextInt(1_000_000_000)).truncatedTo(precision);
            assertThat(UtcTime.parse(instant.toString())).isEqualTo(instant);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-23T09:30:00.5Z", "2026-11-23T09:30:00.05Z", "2024-02-29T00:00:00Z"})
    void readsAnyNumberOfDecimalsAndLeapDays(String text) {
        assertThat(UtcTime.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-23T09:30Z",
                "2026-11-23T09:30:00",
                "2026-11-23T09:30:00+01:00",
                "2026-11-23 09:30:00Z",
                "2026-11-23T09:30:00.Z",
                "2026-11-23T09:30:00.1234567890Z",
                "2026-11-23T09:30:00,5Z",
                "2026-11-23T09:30:0xZ",
                "2026-11-23T24:00:00Z",
                "2026-11-23T09:60:00Z",
                "2026-11-23T09:30:60Z",
                "2026-02-29T09:30:00Z",
                "2026-13-01T09:30:00Z",
                "2026-00-01T09:30:00Z",
                "+2026-11-23T09:30:00Z",
                "2026-11-23T09:30:00ZZ",
                "２０２６-11-23T09:30:00Z"
            })
    void leavesEverythingElseToTheFormatter(String text) {
        assertThat(UtcTime.parse(text)).isNull();
    }
}
