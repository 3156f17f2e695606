package io.trainwatch.tenant;

/**
 * A request to a tenant, as the route {@code trainwatch-call-tenant} sends it.
 *
 * @param path below the tenant's base URL, with a slash at its beginning
 * @param query encoded, without a question mark; {@code null} for none
 * @param body JSON; {@code null} for none
 * @param knownTag the entity tag of what is known already, so that only something else is sent; {@code null} for none
 */
public record TenantRequest(String method, String path, String query, String body, String knownTag) {

    public TenantRequest(String method, String path, String query, String body) {
        this(method, path, query, body, null);
    }

    /** A request that only reads. */
    public static TenantRequest get(String path, String query) {
        return new TenantRequest("GET", path, query, null);
    }
}
