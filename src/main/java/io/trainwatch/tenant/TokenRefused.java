package io.trainwatch.tenant;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;

/** The token endpoint refused the client's credentials or scopes. The message names the tenant, never a secret. */
public final class TokenRefused extends RuntimeException implements Classified {
    TokenRefused(String message) {
        super(message);
    }

    @Override
    public FailureKind kind() {
        return FailureKind.UNAUTHORISED;
    }
}
