package io.trainwatch.tenant;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;
import java.time.Duration;
import java.util.Optional;

/** The token endpoint cannot be reached, fails, or answers nonsense. The message names the tenant, never a secret. */
public final class TokenUnavailable extends RuntimeException implements Classified {

    private final transient Optional<Duration> retryAfter;

    TokenUnavailable(String message) {
        this(message, Optional.empty());
    }

    TokenUnavailable(String message, Optional<Duration> retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.NO_TOKEN;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
