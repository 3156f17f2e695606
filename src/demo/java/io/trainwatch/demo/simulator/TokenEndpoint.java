package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;

/**
 * OAuth 2 client credentials, RFC 6749 section 4.4, with the client in the form or in HTTP Basic; and the tokens that are
 * good at present. For any thread.
 */
final class TokenEndpoint {

    static final String READ = "ai:training:read";
    static final String WRITE = "ai:training:write";

    private static final String FORM = "application/x-www-form-urlencoded";

    private final TenantOptions options;
    private final boolean anyScope;
    private final long seed;
    private final AtomicLong issued = new AtomicLong();
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();

    /**
     * @param anyScope whether whatever scopes are asked for are granted, or none: those of the {@code tasks} API are not
     *     documented; otherwise those of the {@code training} API
     */
    TokenEndpoint(TenantOptions options, long seed, boolean anyScope) {
        this.options = options;
        this.anyScope = anyScope;
        this.seed = Chance.seed(seed, "tokens");
    }

    /** A token that is good until then. */
    private record Grant(Set<String> scopes, Instant until) {}

    /** What the bearer may do; {@code null} where the token is missing, unknown, expired or revoked. */
    Set<String> scopes(String authorization, Instant now) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        Grant grant = grants.get(authorization.substring(7).strip());
        return grant == null || !now.isBefore(grant.until()) ? null : grant.scopes();
    }

    void revokeAll() {
        grants.clear();
    }

    Answer answer(Call call, Instant now) {
        String type = call.headers().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.regionMatches(true, 0, FORM, 0, FORM.length())) {
            return refusal(400, "invalid_request", "the body must be a form");
        }
        Map<String, String> form;
        try {
            form = Query.of(new String(call.body(), StandardCharsets.UTF_8)).parameters();
        } catch (IllegalArgumentException e) {
            return refusal(400, "invalid_request", "the form is not well encoded");
        }
        if (!isKnownClient(call.headers().get(HttpHeader.AUTHORIZATION), form)) {
            return refusal(401, "invalid_client", "unknown client or wrong secret")
                    .with("WWW-Authenticate", "Basic realm=\"training\"");
        }
        if (!"client_credentials".equals(form.get("grant_type"))) {
            return refusal(400, "unsupported_grant_type", "only client_credentials is served");
        }
        Set<String> scopes =
                new LinkedHashSet<>(List.of(form.getOrDefault("scope", READ).split(" +")));
        if (!anyScope) {
            scopes.retainAll(Set.of(READ, WRITE));
        }
        if (scopes.isEmpty()) {
            return refusal(400, "invalid_scope", "none of the scopes is known");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("access_token", issue(Set.copyOf(scopes), now));
        body.put("token_type", "Bearer");
        body.put("expires_in", options.tokenLife().toSeconds());
        body.put("scope", String.join(" ", scopes));
        return Answer.json(200, body).with("Cache-Control", "no-store");
    }

    /** A new token, which is like no other of this seed. */
    private String issue(Set<String> scopes, Instant now) {
        grants.values().removeIf(grant -> !now.isBefore(grant.until()));
        long number = issued.incrementAndGet();
        String token = "sim-" + number + "-" + Long.toHexString(Chance.seed(seed, Long.toString(number)));
        grants.put(token, new Grant(scopes, now.plus(options.tokenLife())));
        return token;
    }

    private boolean isKnownClient(String authorization, Map<String, String> form) {
        if (authorization == null) {
            return matches(form.get("client_id"), form.get("client_secret"));
        }
        if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(authorization.substring(6).strip());
            String[] parts = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
            // RFC 6749 section 2.3.1 encodes both like a form before Base64; many clients leave that out.
            return parts.length == 2
                    && (matches(parts[0], parts[1]) || matches(urlDecoded(parts[0]), urlDecoded(parts[1])));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean matches(String id, String secret) {
        return options.clientId().equals(id)
                && secret != null
                && MessageDigest.isEqual(
                        options.clientSecret().getBytes(StandardCharsets.UTF_8),
                        secret.getBytes(StandardCharsets.UTF_8));
    }

    private static String urlDecoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Answer refusal(int status, String error, String description) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        return Answer.json(status, body.put("error", error).put("error_description", description));
    }
}
