package io.trainwatch.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceWindowTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static boolean holds(String cron, String duration, ZoneId zone, String at) {
        return new MaintenanceWindow(cron, Duration.parse(duration), zone)
                .holds(OffsetDateTime.parse(at).toInstant());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-27T21:59:59.999+01:00, false",
        "2026-11-27T22:00:00+01:00, true",
        "2026-11-28T09:59:59.999+01:00, true",
        "2026-11-28T10:00:00+01:00, false",
        "2026-11-26T23:00:00+01:00, false"
    })
    void holdsFromItsBeginUntilJustBeforeItsEnd(String at, boolean holds) {
        assertThat(holds("0 22 * * FRI", "PT12H", BERLIN, at)).isEqualTo(holds);
        assertThat(holds("0 22 * * 5", "PT12H", BERLIN, at)).isEqualTo(holds);
        // Quartz counts weekdays from Sunday as 1.
        assertThat(holds("0 0 22 ? * 6", "PT12H", BERLIN, at)).isEqualTo(holds);
        assertThat(holds("0 0 22 ? * FRI", "PT12H", BERLIN, at)).isEqualTo(holds);
        assertThat(holds("0 22 * * 4-5", "PT12H", BERLIN, at))
                .as("Thursday too")
                .isEqualTo(holds || at.contains("-26T"));
    }

    @Test
    void sundayIsZeroAndSevenInFiveFields() {
        String sunday = "2026-11-29T12:30:00Z";
        assertThat(holds("0 12 * * 0", "PT1H", ZoneId.of("UTC"), sunday)).isTrue();
        assertThat(holds("0 12 * * 7", "PT1H", ZoneId.of("UTC"), sunday)).isTrue();
        assertThat(holds("0 12 * * 1-5", "PT1H", ZoneId.of("UTC"), sunday)).isFalse();
        assertThat(holds("0 12 29 * *", "PT1H", ZoneId.of("UTC"), sunday)).isTrue();
        assertThat(holds("*/30 * * * *", "PT1M", ZoneId.of("UTC"), "2026-11-29T12:30:30Z"))
                .isTrue();
        assertThat(holds("*/30 * * * *", "PT1M", ZoneId.of("UTC"), "2026-11-29T12:31:30Z"))
                .isFalse();
    }

    /** On 29 March 2026 Berlin's clocks go from 02:00 to 03:00, on 25 October from 03:00 back to 02:00. */
    @ParameterizedTest
    @CsvSource({
        // begins at 01:00 as on any day, and lasts three hours: until 05:00 of summer time
        "0 1 * * *, 2026-03-29T01:00:00+01:00, true",
        "0 1 * * *, 2026-03-29T04:59:59+02:00, true",
        "0 1 * * *, 2026-03-29T05:00:00+02:00, false",
        "0 1 * * *, 2026-03-28T04:00:00+01:00, false",
        // in autumn, until 03:00 of winter time
        "0 1 * * *, 2026-10-25T01:00:00+02:00, true",
        "0 1 * * *, 2026-10-25T02:59:59+01:00, true",
        "0 1 * * *, 2026-10-25T03:00:00+01:00, false",
        // 22:00 stays 22:00 on the wall on both sides
        "0 22 * * *, 2026-03-28T21:59:59+01:00, false",
        "0 22 * * *, 2026-03-28T22:00:00+01:00, true",
        "0 22 * * *, 2026-03-29T21:59:59+02:00, false",
        "0 22 * * *, 2026-03-29T22:00:00+02:00, true",
        // 02:30, which that night leaves out, is 03:30
        "30 2 * * *, 2026-03-29T01:59:59+01:00, false",
        "30 2 * * *, 2026-03-29T03:30:00+02:00, true",
        "30 2 * * *, 2026-03-29T06:00:00+02:00, true",
        "30 2 * * *, 2026-03-29T06:30:00+02:00, false",
        // one that comes twice: from either, so that nothing is cancelled in what a person may take for the window
        "30 2 * * *, 2026-10-25T02:29:59+02:00, false",
        "30 2 * * *, 2026-10-25T02:30:00+02:00, true",
        "30 2 * * *, 2026-10-25T02:30:00+01:00, true"
    })
    void summerTimeMovesNoWindow(String cron, String at, boolean holds) {
        assertThat(holds(cron, "PT3H", BERLIN, at)).isEqualTo(holds);
    }

    @Test
    void everyNightOfTheYearHasItsWindow() {
        MaintenanceWindow night = new MaintenanceWindow("30 2 * * *", Duration.ofHours(1), BERLIN);
        Instant now = LocalDateTime.parse("2026-01-01T00:00:00").atZone(BERLIN).toInstant();
        int minutes = 0;
        for (int i = 0; i < 365 * 24 * 12; i++) {
            minutes += night.holds(now.plus(Duration.ofMinutes(5L * i))) ? 5 : 0;
        }
        // One night in October has 02:30 twice.
        assertThat(minutes).isEqualTo(366 * 60);
    }
}
