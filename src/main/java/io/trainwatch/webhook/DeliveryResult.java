package io.trainwatch.webhook;

import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.NoAnswer;
import java.time.Duration;
import java.util.Optional;

/** What became of one attempt. */
public sealed interface DeliveryResult {

    /** For people; without the target's address. */
    String reason();

    /** The target has the event. */
    record Delivered(int status) implements DeliveryResult {
        @Override
        public String reason() {
            return "answered " + status;
        }
    }

    /** How long the target asks to be left alone; empty where it does not. */
    default Optional<Duration> retryAfter() {
        return Optional.empty();
    }

    /** It may have it next time. */
    record Retry(String reason, Optional<Duration> retryAfter) implements DeliveryResult {}

    /** The target wants no events any more, this one or others. */
    record Gone(String reason) implements DeliveryResult {}

    /** 2xx is a success, 410 the end of the target, anything else, redirects too, a failure that may pass. */
    static DeliveryResult ofStatus(int status, Optional<Duration> retryAfter) {
        if (status >= 200 && status < 300) {
            return new Delivered(status);
        }
        if (status == 410) {
            return new Gone("answered 410: the target is gone");
        }
        return new Retry(
                status >= 300 && status < 400
                        ? "answered " + status + "; redirects are not followed"
                        : "answered " + status,
                retryAfter);
    }

    /**
     * No answer. The message of a network failure may hold the address, and that a receiver's secret; the reason does not.
     *
     * @param timeout how long an answer was waited for
     */
    static DeliveryResult ofException(Throwable thrown, Duration timeout) {
        return new Retry(
                thrown instanceof AddressGuard.NotPublic notPublic
                        ? "not sent: " + notPublic.getMessage()
                        : thrown instanceof RuntimeException
                                ? "not sent: " + CallFailure.describe(thrown)
                                : inWords(thrown, timeout),
                Optional.empty());
    }

    private static String inWords(Throwable thrown, Duration timeout) {
        return NoAnswer.of(thrown) == NoAnswer.TIMED_OUT
                ? "no answer within " + describe(timeout)
                : "no answer: " + NoAnswer.inWords(thrown);
    }

    private static String describe(Duration timeout) {
        return timeout.toMillisPart() == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
    }
}
