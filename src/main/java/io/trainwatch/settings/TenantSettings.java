package io.trainwatch.settings;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One tenant.
 *
 * @param alias 1 to 64 letters, digits, {@code _} or {@code -}
 * @param baseUrl http or https, without a slash at its end
 * @param credentials empty where the tenant is called without a token
 * @param maxRequestsPerSecond more than 0, for all nodes together; empty where there is no limit
 */
public record TenantSettings(
        String alias,
        URI baseUrl,
        TenantApi api,
        Optional<ClientCredentials> credentials,
        OptionalDouble maxRequestsPerSecond) {

    /**
     * What an OAuth2 token is fetched with.
     *
     * @param scopes separated by single spaces, as they are sent
     */
    public record ClientCredentials(URI tokenUrl, String clientId, Secret clientSecret, String scopes) {}
}
