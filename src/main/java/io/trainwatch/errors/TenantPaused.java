package io.trainwatch.errors;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A request was not sent, since its tenant is left alone for a while. */
public final class TenantPaused extends RuntimeException implements Classified {

    private static final long serialVersionUID = 1;

    private final Duration rest;

    public TenantPaused(String tenant, Instant until, Duration rest) {
        super("Tenant " + tenant + " is left alone until " + until + ": no request was sent.", null, false, false);
        this.rest = rest;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.THROTTLED;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(rest);
    }

    /** Whether this is why a message failed. */
    public static boolean isCauseOf(Throwable thrown) {
        return Outage.causes(thrown).anyMatch(TenantPaused.class::isInstance);
    }
}
