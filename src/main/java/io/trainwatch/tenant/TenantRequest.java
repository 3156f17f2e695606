package io.trainwatch.tenant;

/**
 * A request to a tenant, as the route {@code trainwatch-call-tenant} sends it.
 *
 * @param path below the tenant's base URL, with a slash at its beginning
 * @param query encoded, without a question mark; {@code null} for none
 * @param body JSON; {@code null} for none
 */
public record TenantRequest(String method, String path, String query, String body) {

    /** A request that only reads. */
    public static TenantRequest get(String path, String query) {
        return new TenantRequest("GET", path, query, null);
    }
}
