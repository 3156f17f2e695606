package io.trainwatch.tenant;

/** The token endpoint refused the client's credentials or scopes. The message names the tenant, never a secret. */
public final class TokenRefused extends RuntimeException {
    TokenRefused(String message) {
        super(message);
    }
}
