package io.trainwatch.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    @Test
    void waitsDoubleUpToTheLongest() {
        assertThat(backoff.after(0)).hasSeconds(1);
        assertThat(backoff.after(1)).hasSeconds(1);
        assertThat(backoff.after(2)).hasSeconds(2);
        assertThat(backoff.after(5)).hasSeconds(16);
        assertThat(backoff.after(6)).hasSeconds(30);
        assertThat(backoff.after(Integer.MAX_VALUE)).hasSeconds(30);
    }

    @Test
    void aFirstWaitBeyondTheLongestIsCut() {
        assertThat(new Backoff(Duration.ofMinutes(10), Duration.ofMinutes(5)).after(1))
                .hasMinutes(5);
    }

    @Test
    void whatIsAskedForOnlyLengthensAWait() {
        assertThat(Backoff.atLeast(Optional.of(Duration.ofSeconds(3)), Duration.ofSeconds(2)))
                .hasSeconds(3);
        assertThat(Backoff.atLeast(Optional.of(Duration.ofSeconds(1)), Duration.ofSeconds(2)))
                .hasSeconds(2);
        assertThat(Backoff.atLeast(Optional.empty(), Duration.ofSeconds(2))).hasSeconds(2);
    }

    @Test
    void jitterKeepsWithinAFifth() {
        assertThat(Backoff.jittered(Duration.ofSeconds(10), () -> 0)).hasSeconds(8);
        assertThat(Backoff.jittered(Duration.ofSeconds(10), () -> 0.5)).hasSeconds(10);
        assertThat(Backoff.jittered(Duration.ofSeconds(10), () -> 0.999_999)).isLessThan(Duration.ofSeconds(12));
    }
}
