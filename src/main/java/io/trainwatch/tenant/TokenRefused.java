package io.trainwatch.tenant;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;

/** The token endpoint refused the client's credentials or scopes. The message names the tenant, never a secret. */
public final class TokenRefused extends RuntimeException implements Classified {

    private final boolean ofUnknownClient;

    TokenRefused(String message) {
        this(message, false);
    }

    /** @param ofUnknownClient whether the endpoint did not see, or does not know, the client */
    TokenRefused(String message, boolean ofUnknownClient) {
        super(message);
        this.ofUnknownClient = ofUnknownClient;
    }

    boolean isOfUnknownClient() {
        return ofUnknownClient;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.UNAUTHORISED;
    }
}
