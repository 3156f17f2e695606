package io.trainwatch.tenant;

/** The token endpoint cannot be reached, fails, or answers nonsense. The message names the tenant, never a secret. */
public final class TokenUnavailable extends RuntimeException {
    TokenUnavailable(String message) {
        super(message);
    }
}
