package io.trainwatch.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.Extremes;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Level;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BreachJsonTest {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void theStoreGivesBackWhatItWasGiven() {
        Breach breach = new Breach("max-cpu", Level.WARN, 99.5, 95, AT, "CPU above 95 %, cusum");
        assertThat(BreachJson.read(BreachJson.write(breach))).isEqualTo(breach);
        Breach seen =
                new Breach("max-cpu", Level.CANCEL, 99.5, 95, AT, "CPU above 95 %, cusum", "cusum", "the sum is 5");
        assertThat(BreachJson.read(BreachJson.write(seen))).isEqualTo(seen);
        assertThat(BreachJson.read(null)).isNull();
    }

    @Test
    void whateverIsWrittenCanBeReadAgain() {
        Random random = new Random(20261128);
        for (int i = 0; i < 20_000; i++) {
            Breach breach = new Breach(
                    Extremes.text(random),
                    Level.values()[random.nextInt(Level.values().length)],
                    Extremes.number(random),
                    Extremes.number(random),
                    Extremes.instant(random),
                    Extremes.text(random),
                    random.nextBoolean() ? null : Extremes.text(random),
                    null);
            Breach back = BreachJson.read(BreachJson.write(breach));
            assertThat(back).isEqualTo(breach);
        }
    }

    @Test
    void aRowOfAVersionWithoutLevelsIsOneThatCancels() {
        assertThat(BreachJson.read(
                        "{\"rule\":\"max-cpu\",\"observed\":99.5,\"limit\":95.0,\"since\":\"2026-01-01T00:00:00Z\"}"))
                .isEqualTo(new Breach("max-cpu", Level.CANCEL, 99.5, 95, AT, ""));
    }
}
