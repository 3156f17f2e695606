package io.trainwatch.webhook;

import io.trainwatch.errors.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * How a target does: a breaker that all nodes share.
 *
 * <p>{@value #OPENS_AFTER} attempts in a row that fail, whatever their events, open it: the target is at fault and not an
 * event. Then only probes go out, one at a time, each later than the one before; the first success closes it. A target
 * that fails for {@link #MAX_FAILING} is disabled, and so is one that answers 410, or that a person takes out of service.
 *
 * @param failures attempts in a row that failed
 * @param failingSince the first of them, {@code null} where there is none
 * @param pausedUntil nothing is sent earlier, as the target asked for
 * @param nextProbeAt no probe is sent earlier; another one is under way until then at most
 * @param probes probes in a row that failed
 * @param changedAt when the status became what it is, {@code null} where it always was
 * @param reason why, for people; {@code null} while it is closed
 */
public record TargetState(
        String name,
        Status status,
        int failures,
        Instant failingSince,
        Instant pausedUntil,
        Instant nextProbeAt,
        int probes,
        Instant changedAt,
        String reason) {

    /** What may be sent. */
    public enum Status {
        /** Everything. */
        CLOSED,
        /** Probes. */
        OPEN,
        /** Nothing, until a person enables the target again. */
        DISABLED
    }

    /** More than the attempts for one event, so that one that is refused time and again does not stop the others. */
    static final int OPENS_AFTER = 10;

    static final Duration MAX_FAILING = Duration.ofDays(5);
    private static final Backoff PROBES = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));
    /** What a target may ask for at most, for all its deliveries. */
    private static final Duration MAX_PAUSE = Duration.ofHours(1);

    /** For people: what is sent, and why not more. */
    public String describe() {
        return switch (status) {
            case CLOSED ->
                isWell()
                        ? "sent"
                        : "sent; the last " + (failures == 1 ? "attempt" : failures + " attempts") + " failed, since "
                                + failingSince;
            case OPEN -> "probed since " + changedAt + ", failing since " + failingSince + ": " + reason;
            case DISABLED -> "disabled since " + changedAt + ": " + reason;
        };
    }

    /** Whether it took the last event that it was sent. */
    boolean isWell() {
        return status == Status.CLOSED && failures == 0;
    }

    /** Nothing is sent earlier. */
    Instant notBefore() {
        return max(pausedUntil, nextProbeAt);
    }

    /** Whether anything may be sent at that time: all, or a probe. */
    boolean maySend(Instant at) {
        return status != Status.DISABLED && !notBefore().isAfter(at);
    }

    /** The state after one more failure. A failure while open tells nothing new, unless it was the probe's. */
    TargetState afterFailure(DeliveryResult result, boolean probe, Instant now, DoubleSupplier random) {
        Instant since = failingSince == null ? now : failingSince;
        if (status == Status.DISABLED) {
            return this;
        }
        if (result instanceof DeliveryResult.Gone) {
            return changed(Status.DISABLED, since, pausedUntil, nextProbeAt, probes, now, result.reason());
        }
        boolean open = status == Status.OPEN || failures + 1 >= OPENS_AFTER;
        if (open && !now.isBefore(since.plus(MAX_FAILING))) {
            String why = "failing for 5 days: " + result.reason();
            return changed(Status.DISABLED, since, pausedUntil, nextProbeAt, probes, now, why);
        }
        Instant pause = result.retryAfter()
                .map(wait -> max(pausedUntil, now.plus(Backoff.atMost(MAX_PAUSE, wait))))
                .orElse(pausedUntil);
        if (!open) {
            return changed(Status.CLOSED, since, pause, nextProbeAt, 0, changedAt, null);
        }
        if (status == Status.OPEN && !probe) {
            return changed(Status.OPEN, since, pause, nextProbeAt, probes, changedAt, reason);
        }
        int failed = status == Status.OPEN ? probes + 1 : 0;
        Instant next = now.plus(probeDelay(failed, random));
        return changed(
                Status.OPEN, since, pause, next, failed, status == Status.OPEN ? changedAt : now, result.reason());
    }

    /** 5 s, doubled with each probe that fails, up to 5 min; +-20 %. */
    static Duration probeDelay(int failedProbes, DoubleSupplier random) {
        return Backoff.jittered(PROBES.after(failedProbes + 1), random);
    }

    private TargetState changed(
            Status next, Instant since, Instant pause, Instant probeAt, int failedProbes, Instant at, String why) {
        return new TargetState(name, next, failures + 1, since, pause, probeAt, failedProbes, at, why);
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
