package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryScheduleTest {

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 5", "3, 300", "4, 1800", "5, 7200", "6, 18000", "7, 36000", "8, 36000"})
    void waitsAsPublishedWithinTwentyPercent(int attempt, long seconds) {
        assertThat(delay(attempt, 0.5, null)).contains(Duration.ofSeconds(seconds));
        assertThat(delay(attempt, 0, null)).contains(Duration.ofMillis(seconds * 800));
        assertThat(delay(attempt, 0.999999, null).orElseThrow()).isLessThanOrEqualTo(Duration.ofMillis(seconds * 1200));
    }

    @Test
    void givesUpAfterTheEighthAttempt() {
        assertThat(delay(9, 0.5, null)).isEmpty();
    }

    @Test
    void whatTheTargetAsksForLengthensAWaitButNeverShortensIt() {
        assertThat(delay(2, 0.5, Duration.ofMinutes(1))).contains(Duration.ofMinutes(1));
        assertThat(delay(3, 0.5, Duration.ofSeconds(1))).contains(Duration.ofMinutes(5));
        assertThat(delay(2, 0.5, Duration.ofDays(400))).contains(Duration.ofHours(24));
    }

    @Test
    void statusesMeanWhatReceiversMean() {
        assertThat(DeliveryResult.ofStatus(204, Optional.empty())).isInstanceOf(DeliveryResult.Delivered.class);
        assertThat(DeliveryResult.ofStatus(410, Optional.empty())).isInstanceOf(DeliveryResult.Gone.class);
        for (int status : new int[] {301, 302, 400, 404, 429, 500, 503}) {
            assertThat(DeliveryResult.ofStatus(status, Optional.empty())).isInstanceOf(DeliveryResult.Retry.class);
        }
    }

    private static Optional<Duration> delay(int attempt, double random, Duration retryAfter) {
        return Settlements.DeliverySchedule.delayBefore(attempt, () -> random, Optional.ofNullable(retryAfter));
    }
}
