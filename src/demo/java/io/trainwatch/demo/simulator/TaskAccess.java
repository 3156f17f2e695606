package io.trainwatch.demo.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import org.eclipse.jetty.http.HttpHeader;

/** Who may use the {@code tasks} API: the bearer of a token, or of the API key. For any thread. */
final class TaskAccess {

    private final String apiKey;
    private final Tokens tokens;
    private final TokenEndpoint endpoint;
    private volatile boolean apiKeyRevoked;

    TaskAccess(TenantOptions options) {
        apiKey = options.tasks().apiKey();
        tokens = new Tokens(Chance.seed(options.seed(), "tasks"));
        endpoint = TokenEndpoint.withAnyScope(options, tokens);
    }

    TokenEndpoint endpoint() {
        return endpoint;
    }

    boolean allows(Call call, Instant now) {
        String key = call.headers().get("X-API-Key");
        if (key != null) {
            return !apiKeyRevoked
                    && MessageDigest.isEqual(
                            key.getBytes(StandardCharsets.UTF_8), apiKey.getBytes(StandardCharsets.UTF_8));
        }
        return tokens.scopes(call.headers().get(HttpHeader.AUTHORIZATION), now) != null;
    }

    void revokeTokens() {
        tokens.revokeAll();
    }

    void revokeApiKey() {
        apiKeyRevoked = true;
    }
}
