package io.trainwatch.tenant;

import java.util.Optional;
import java.util.Set;

/** An OAuth2 access token, fetched with the client's credentials. RFC 6750. */
record BearerToken(TokenSource tokens) implements Access {

    private static final String SCHEME = "Bearer ";

    @Override
    public String header() {
        return "Authorization";
    }

    @Override
    public String value() {
        return SCHEME + tokens.token().value();
    }

    @Override
    public Optional<Set<String>> scopes() {
        return tokens.token().scopes();
    }

    @Override
    public void accepted(String value) {
        tokens.accepted(value.substring(SCHEME.length()));
    }

    @Override
    public String renew(String refused) {
        return SCHEME + tokens.renew(refused.substring(SCHEME.length())).value();
    }
}
