package io.trainwatch.optional.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.job.StatusReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTest {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    @Situation(
            of = Situation.Of.PROMETHEUS,
            when = "A series has no number",
            then = "It is missing; the other series count")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "12",
                "NaN",
                "\"NaN\"",
                "\"+Inf\"",
                "\"-Inf\"",
                "Infinity",
                "null",
                "1e999",
                "\"-1e999\"",
                "\"\"",
                "\"x\"",
                "true",
                "[]",
                "{}"
            })
    void aValueThatIsNoNumberIsMissingAndTheOtherSeriesCount(String value) {
        List<Series> series = read("1767225600", value);
        assertThat(series.get(0).value()).matches(read -> !Double.isFinite(read));
        assertThat(series.get(1)).extracting(Series::value, Series::at).containsExactly(42.5, AT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"soon\"", "[]", "NaN", "-1e999"})
    void aTimeThatIsNoneIsTooOld(String time) {
        assertThat(read(time, "\"1\"").get(0).at()).isBefore(AT);
    }

    private static List<Series> read(String time, String value) {
        String answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                + "{\"metric\":{},\"value\":[" + time + "," + value
                + "]},{\"metric\":{},\"value\":[1767225600,\"42.5\"]}]}}";
        return Series.read(StatusReader.shared().mapper(), answer.getBytes(StandardCharsets.UTF_8));
    }
}
