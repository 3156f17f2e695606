package io.trainwatch.optional.prometheus;

import java.time.Duration;
import java.time.Instant;

/** Whether a Prometheus answers, so that nobody waits for one that does not. Thread-safe. */
final class PrometheusHealth {

    /** Between two questions to one that does not answer. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    private boolean failing;
    private boolean slow;
    private Instant nextTryAt = Instant.MIN;

    /** Whether a question may be sent now; while it fails, one each {@link #PAUSE}. */
    synchronized boolean mayAsk(Instant now) {
        if (!failing) {
            return true;
        }
        if (nextTryAt.isAfter(now)) {
            return false;
        }
        nextTryAt = now.plus(PAUSE);
        return true;
    }

    /** Whether an answer is worth waiting for. */
    synchronized boolean isPrompt() {
        return !failing && !slow;
    }

    /** Somebody waited for nothing. */
    synchronized void wasSlow() {
        slow = true;
    }

    synchronized void answered(boolean promptly) {
        failing = false;
        slow = !promptly;
    }

    synchronized void failed(Instant now) {
        failing = true;
        nextTryAt = now.plus(PAUSE);
    }
}
