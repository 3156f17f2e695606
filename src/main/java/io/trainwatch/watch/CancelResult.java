package io.trainwatch.watch;

import io.trainwatch.errors.CallFailure;
import java.time.Duration;
import java.util.Locale;

/**
 * What came of one request to cancel. Each has its own wait before the next request, which is sent only where a look
 * then still finds the job running; the wait doubles with each result of the same kind.
 */
public enum CancelResult {
    /** The tenant took it. It may take its time; how much depends on the deadline, see {@link Cancels}. */
    ACCEPTED(Duration.ofMinutes(1), Duration.ofMinutes(10)),
    /** No answer: it may have arrived or not. */
    LOST(Duration.ofSeconds(1), Duration.ofMinutes(1)),
    /** 401, 403, or no token for these credentials: somebody must grant the right. */
    REFUSED(Duration.ofMinutes(5), Duration.ofHours(1)),
    /** 404, 409 or 410: the tenant says that the job is over, which only a look can confirm. */
    TOO_LATE(Duration.ofSeconds(5), Duration.ofMinutes(2)),
    /** 429. */
    THROTTLED(Duration.ofSeconds(5), Duration.ofMinutes(2)),
    /** 5xx, or 408. */
    TENANT_FAILED(Duration.ofSeconds(2), Duration.ofMinutes(2)),
    /** 3xx: not followed, since the token would go along. */
    REDIRECTED(Duration.ofSeconds(30), Duration.ofMinutes(10)),
    /** Another status that is no success. */
    REJECTED(Duration.ofMinutes(1), Duration.ofMinutes(10)),
    /** There was no token to send it with. */
    NOT_SENT(Duration.ofSeconds(1), Duration.ofMinutes(1)),
    /** Trainwatch stopped, or lost its lease, before an answer was committed: it may have been sent or not. */
    UNKNOWN(Duration.ZERO, Duration.ZERO),
    /** It was accepted, and the job runs on: the last word on an {@link #ACCEPTED} one. */
    IGNORED(Duration.ZERO, Duration.ZERO),
    /** It was too late, and the job runs on: the last word on one that was {@link #TOO_LATE}. */
    CONTRADICTED(Duration.ZERO, Duration.ZERO);

    private final Duration firstWait;
    private final Duration longestWait;

    CancelResult(Duration firstWait, Duration longestWait) {
        this.firstWait = firstWait;
        this.longestWait = longestWait;
    }

    /** What a failed request to cancel came to. */
    static CancelResult of(CallFailure failure) {
        return switch (failure.kind()) {
            case UNAUTHORISED, FORBIDDEN -> REFUSED;
            case NOT_FOUND -> TOO_LATE;
            case THROTTLED -> THROTTLED;
            case UNAVAILABLE -> failure.status() == 0 ? LOST : TENANT_FAILED;
            case NO_TOKEN -> NOT_SENT;
            case REJECTED -> ofStatus(failure.status());
            case INVALID_STATUS, INTERNAL -> UNKNOWN;
        };
    }

    private static CancelResult ofStatus(int status) {
        return switch (status) {
            case 408 -> TENANT_FAILED;
            case 409, 410 -> TOO_LATE;
            default -> status < 400 ? REDIRECTED : REJECTED;
        };
    }

    /** Whether nobody but a person can help, so that it is reported at once and not at the deadline. */
    boolean needsAPerson() {
        return this == REFUSED;
    }

    Duration firstWait() {
        return firstWait;
    }

    Duration longestWait() {
        return longestWait;
    }

    /** What it means that the job still runs when the next request is due; itself where that is nothing new. */
    CancelResult whereStillRunning() {
        return switch (this) {
            case ACCEPTED -> IGNORED;
            case TOO_LATE -> CONTRADICTED;
            default -> this;
        };
    }

    /** As the audit and the store write it, such as {@code too_late}. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static CancelResult ofText(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
