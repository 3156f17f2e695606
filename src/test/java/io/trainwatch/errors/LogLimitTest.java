package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLimitTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final List<String> said = new ArrayList<>();

    @Test
    void whoHasMuchToSayHasFewLinesAndKeepsNobodyElseSilent() {
        LogLimit lines = LogLimit.few();
        for (int second = 0; second < 120; second++) {
            lines.say("loud", NOW.plusSeconds(second), () -> said.add("loud"));
        }
        lines.say("quiet", NOW.plusSeconds(119), () -> said.add("quiet"));
        assertThat(said).containsExactly("loud", "loud", "loud", "quiet");
        lines.say("loud", NOW.plusSeconds(121), () -> said.add("again"));
        assertThat(said).endsWith("again");
    }

    @Test
    void aClockThatIsSetBackSilencesNothing() {
        LogLimit lines = LogLimit.once();
        lines.say("wrong", NOW, () -> said.add("wrong"));
        lines.say("wrong", NOW.minusSeconds(3_600), () -> said.add("set back"));
        lines.say("wrong", NOW.minusSeconds(3_500), () -> said.add("again"));
        assertThat(said).containsExactly("wrong", "set back");
    }

    @Test
    void whatIsWrongForManyIsSaidOnce() {
        LogLimit lines = LogLimit.once();
        for (int i = 0; i < 100; i++) {
            lines.say("wrong", NOW, () -> said.add("wrong"));
        }
        assertThat(said).hasSize(1);
        lines.say("wrong", NOW.plus(Duration.ofMinutes(11)), () -> said.add("wrong"));
        assertThat(said).hasSize(2);
    }
}
