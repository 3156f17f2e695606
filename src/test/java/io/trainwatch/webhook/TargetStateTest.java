package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetStateTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final DeliveryResult DOWN = DeliveryResult.ofStatus(503, Optional.empty());

    private TargetState state =
            new TargetState("ops", TargetState.Status.CLOSED, 0, null, Instant.EPOCH, Instant.EPOCH, 0, null, null);

    @Test
    void tenFailuresInARowOpenIt() {
        fail(9, DOWN, START);
        assertThat(state.status()).isEqualTo(TargetState.Status.CLOSED);
        fail(1, DOWN, START);
        assertThat(state.status()).isEqualTo(TargetState.Status.OPEN);
        assertThat(state.notBefore()).isEqualTo(START.plusSeconds(5));
        assertThat(state.failingSince()).isEqualTo(START);
        assertThat(state.reason()).isEqualTo("answered 503");
    }

    @Test
    void itSaysWhatIsSent() {
        assertThat(state.describe()).isEqualTo("sent");
        fail(1, DOWN, START);
        assertThat(state.describe()).isEqualTo("sent; the last attempt failed, since " + START);
        fail(1, DOWN, START.plusSeconds(1));
        assertThat(state.describe()).isEqualTo("sent; the last 2 attempts failed, since " + START);
        fail(8, DOWN, START.plusSeconds(2));
        assertThat(state.describe())
                .isEqualTo("probed since " + START.plusSeconds(2) + ", failing since " + START + ": answered 503");
        fail(1, DeliveryResult.ofStatus(410, Optional.empty()), START.plusSeconds(3));
        assertThat(state.describe())
                .isEqualTo("disabled since " + START.plusSeconds(3) + ": answered 410: the target is gone");
    }

    @Test
    void probesComeLaterAndLaterUpToFiveMinutes() {
        fail(10, DOWN, START);
        Instant now = START;
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            now = state.notBefore();
            probe(now);
            assertThat(Duration.between(now, state.notBefore())).hasSeconds(seconds);
        }
    }

    @Test
    void whatWasUnderWayWhenItOpenedDoesNotPutOffTheProbe() {
        fail(10, DOWN, START);
        Instant probe = state.notBefore();
        fail(7, DOWN, START.plusSeconds(1));
        assertThat(state.notBefore()).isEqualTo(probe);
    }

    @Test
    void aTargetThatAsksForAPauseGetsItUpToAnHour() {
        fail(1, DeliveryResult.ofStatus(429, Optional.of(Duration.ofSeconds(90))), START);
        assertThat(state.status()).isEqualTo(TargetState.Status.CLOSED);
        assertThat(state.notBefore()).isEqualTo(START.plusSeconds(90));
        fail(1, DeliveryResult.ofStatus(429, Optional.of(Duration.ofDays(9))), START);
        assertThat(state.notBefore()).isEqualTo(START.plus(Duration.ofHours(1)));
    }

    @Test
    void aProbeThatFailsDoesNotShortenAPauseThatWasAskedFor() {
        fail(10, DOWN, START);
        fail(1, DeliveryResult.ofStatus(429, Optional.of(Duration.ofMinutes(30))), START.plusSeconds(6));
        probe(START.plusSeconds(8));
        assertThat(state.notBefore()).isEqualTo(START.plusSeconds(6).plus(Duration.ofMinutes(30)));
    }

    @Test
    void goneMeansDisabledAtOnceAndFailingDoesSoAfterFiveDays() {
        TargetState fresh = state;
        fail(1, DeliveryResult.ofStatus(410, Optional.empty()), START);
        assertThat(state.status()).isEqualTo(TargetState.Status.DISABLED);

        state = fresh;
        fail(10, DOWN, START);
        probe(START.plus(Duration.ofDays(5)).minusMillis(1));
        assertThat(state.status()).isEqualTo(TargetState.Status.OPEN);
        probe(START.plus(Duration.ofDays(5)));
        assertThat(state.status()).isEqualTo(TargetState.Status.DISABLED);
        assertThat(state.reason()).isEqualTo("failing for 5 days: answered 503");
    }

    private void fail(int times, DeliveryResult result, Instant at) {
        for (int i = 0; i < times; i++) {
            state = state.afterFailure(result, false, at, () -> 0.5);
        }
    }

    private void probe(Instant at) {
        state = state.afterFailure(DOWN, true, at, () -> 0.5);
    }
}
