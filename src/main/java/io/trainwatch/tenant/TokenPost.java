package io.trainwatch.tenant;

import io.trainwatch.tenant.TenantSettings.ClientCredentials;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a token endpoint is sent. RFC 6749, sections 2.3.1 and 4.4.2. Holds the client's secret; not to be shown.
 *
 * @param authorization the value of the header, where the client is not in the form
 */
public record TokenPost(String form, Optional<String> authorization) {

    /** @param way {@link ClientAuth#BASIC}; any other puts the client into the form */
    public static TokenPost of(ClientCredentials client, ClientAuth way) {
        String id = encoded(client.clientId());
        String secret = encoded(client.clientSecret().reveal());
        boolean basic = way == ClientAuth.BASIC;
        StringBuilder form = new StringBuilder("grant_type=client_credentials");
        if (!basic) {
            form.append("&client_id=").append(id).append("&client_secret=").append(secret);
        }
        if (!client.scopes().isEmpty()) {
            form.append("&scope=").append(encoded(client.scopes()));
        }
        client.params()
                .forEach(param -> form.append('&')
                        .append(encoded(param.getKey()))
                        .append('=')
                        .append(encoded(param.getValue())));
        return new TokenPost(
                form.toString(),
                basic
                        ? Optional.of("Basic "
                                + Base64.getEncoder()
                                        .encodeToString((id + ":" + secret).getBytes(StandardCharsets.US_ASCII)))
                        : Optional.empty());
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "TokenPost[***]";
    }
}
