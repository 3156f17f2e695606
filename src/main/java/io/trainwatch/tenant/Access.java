package io.trainwatch.tenant;

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
}
