package io.trainwatch.tenant;

import io.trainwatch.settings.Secret;
import java.util.Optional;
import java.util.Set;

/** What a tenant's calls are authorised by. Thread-safe. */
interface Access {

    /** The name of the header. */
    String header();

    /**
     * The value of the header; {@code null} where there is none.
     *
     * @throws TokenRefused where the credentials are refused
     * @throws TokenUnavailable where no token can be had now
     */
    String value();

    /** The OAuth2 scopes that the value stands for; empty where that is not known. */
    default Optional<Set<String>> scopes() {
        return Optional.empty();
    }

    /** Says that a call with the value succeeded. */
    void accepted(String value);

    /**
     * Says that a call with the value was refused.
     *
     * @return a value to try once more with
     * @throws TokenRefused where there is none
     */
    String renew(String refused);

    /** A tenant that is called without any authorisation. */
    record NoAccess(String alias) implements Access {

        @Override
        public String header() {
            return "Authorization";
        }

        @Override
        public String value() {
            return null;
        }

        @Override
        public void accepted(String value) {
            // There is nothing to accept.
        }

        @Override
        public String renew(String refused) {
            throw new TokenRefused("401: tenant " + alias + " wants to know who calls. Set trainwatch.tenant." + alias
                    + ".client-id and .client-secret, or .api-key.");
        }
    }

    /** A key that a user of the tenant made; it is valid until the user removes it. */
    record ApiKey(String alias, Secret key) implements Access {

        @Override
        public String header() {
            return "X-API-Key";
        }

        @Override
        public String value() {
            return key.reveal();
        }

        @Override
        public void accepted(String value) {
            // A key does not age.
        }

        @Override
        public String renew(String refused) {
            throw new TokenRefused(
                    "401: tenant " + alias + " refuses the API key. Make a new one for a user who is a member"
                            + " of the project, and set trainwatch.tenant." + alias + ".api-key.");
        }
    }

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
}
