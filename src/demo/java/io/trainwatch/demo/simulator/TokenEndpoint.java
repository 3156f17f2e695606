package io.trainwatch.demo.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;

/** OAuth 2 client credentials, RFC 6749 section 4.4, with the client in the form or in HTTP Basic. */
final class TokenEndpoint {

    static final String READ = "ai:training:read";
    static final String WRITE = "ai:training:write";

    private static final String FORM = "application/x-www-form-urlencoded";

    private final TenantOptions options;
    private final Tokens tokens;

    private final boolean anyScope;

    /** One that knows the scopes of the {@code training} API. */
    TokenEndpoint(TenantOptions options, Tokens tokens) {
        this(options, tokens, false);
    }

    private TokenEndpoint(TenantOptions options, Tokens tokens, boolean anyScope) {
        this.options = options;
        this.tokens = tokens;
        this.anyScope = anyScope;
    }

    /** One that grants whatever scopes are asked for, or none: those of the {@code tasks} API are not documented. */
    static TokenEndpoint withAnyScope(TenantOptions options, Tokens tokens) {
        return new TokenEndpoint(options, tokens, true);
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
        String token = tokens.issue(Set.copyOf(scopes), now, now.plus(options.tokenLife()));
        return Answer.json(
                        200,
                        "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":"
                                + options.tokenLife().toSeconds() + ",\"scope\":\"" + scope(scopes) + "\"}")
                .with("Cache-Control", "no-store");
    }

    private static String scope(Set<String> scopes) {
        // A scope of the caller's own could hold what breaks the JSON; RFC 6749 section 3.3 allows neither.
        return String.join(" ", scopes).replaceAll("[\"\\\\\\p{Cntrl}]", "");
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
        return Answer.json(status, "{\"error\":\"" + error + "\",\"error_description\":\"" + description + "\"}");
    }
}
