package io.trainwatch.webhook;

import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.NoAnswer;
import io.trainwatch.errors.Outage;
import io.trainwatch.errors.Words;
import io.trainwatch.http.AddressGuard;
import io.trainwatch.text.SafeText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** What became of one attempt. */
public sealed interface DeliveryResult {

    /** What stands in a response of Teams whose message did not get through. */
    String TEAMS_FAILURE = "Webhook message delivery failed";

    int MAX_FAILURE_CHARACTERS = 200;

    /** For people; without the target's address. */
    String reason();

    /** For programs: {@code delivered}, {@code failed} or {@code gone}. */
    default String text() {
        return this instanceof Delivered ? "delivered" : this instanceof Gone ? "gone" : "failed";
    }

    /**
     * The target has the event.
     *
     * @param status of the answer; 0 of a Camel endpoint, which gives none
     */
    record Delivered(int status) implements DeliveryResult {

        static final Delivered TO_ENDPOINT = new Delivered(0);

        @Override
        public String reason() {
            return status == 0 ? "taken" : "answered " + status;
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

    /**
     * What a response means. Teams says 200 to what it hands on, and tells in the body where that failed.
     *
     * @param body as much of it as is known
     */
    static DeliveryResult ofResponse(Payload.Format format, int status, byte[] body, Optional<Duration> retryAfter) {
        DeliveryResult result = ofStatus(status, retryAfter);
        if (result instanceof Delivered && format == Payload.Format.TEAMS && body != null) {
            String text = new String(body, StandardCharsets.UTF_8);
            int failure = text.indexOf(TEAMS_FAILURE);
            if (failure >= 0) {
                return new Retry(
                        "answered " + status + ", and: "
                                + SafeText.bounded(text.substring(failure), MAX_FAILURE_CHARACTERS),
                        retryAfter);
            }
        }
        return result;
    }

    /** Whether a response of the target means that it has the event. */
    static boolean isTaken(Payload.Format format, int status, byte[] body) {
        return ofResponse(format, status, body, Optional.empty()) instanceof Delivered;
    }

    /** 2xx is a success, 410 the end of the target, anything else, redirects too, a failure that may pass. */
    static DeliveryResult ofStatus(int status, Optional<Duration> retryAfter) {
        if (status >= 200 && status < 300) {
            return new Delivered(status);
        }
        if (status == 410) {
            return new Gone("answered 410: the target is gone");
        }
        return new Retry(
                CallFailure.isRedirect(status)
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
                Outage.causes(thrown).anyMatch(AddressGuard.NotPublic.class::isInstance)
                        ? "not sent: the target has an address that is not public"
                        : thrown instanceof RuntimeException
                                ? "not sent: " + Words.ofFault(thrown)
                                : inWords(thrown, timeout),
                Optional.empty());
    }

    private static String inWords(Throwable thrown, Duration timeout) {
        return NoAnswer.of(thrown) == NoAnswer.TIMED_OUT
                ? "no answer within " + describe(timeout)
                : "no answer: " + Words.why(thrown);
    }

    private static String describe(Duration timeout) {
        return timeout.toMillisPart() == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
    }
}
