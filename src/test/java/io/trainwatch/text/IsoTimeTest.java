package io.trainwatch.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IsoTimeTest {

    @Test
    void timesAreReadAsInstantReadsThem() {
        Stream.of(
                        "2026-03-01T12:00:00Z",
                        "2024-02-29T23:59:59.9Z",
                        "1969-12-31T23:59:59.000000001Z",
                        "0001-01-01T00:00:00.120Z",
                        "+12026-03-01T12:00:00Z",
                        "2026-03-01T12:00:00.123456789Z")
                .forEach(text -> assertThat(IsoTime.parse(text)).as(text).isEqualTo(Instant.parse(text)));
        Stream.of(
                        "2026-02-29T12:00:00Z",
                        "2026-03-01T24:00:01Z",
                        "2026-03-01T12:60:00Z",
                        "2026-03-01 12:00:00Z",
                        "",
                        "now")
                .forEach(text ->
                        assertThatThrownBy(() -> IsoTime.parse(text)).as(text).isInstanceOf(DateTimeException.class));
    }
}
