package io.trainwatch.tenant;

import io.trainwatch.settings.Secret;

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
