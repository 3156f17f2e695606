package io.trainwatch.tenant;

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
