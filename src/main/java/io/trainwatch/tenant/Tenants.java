package io.trainwatch.tenant;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.RetryAfter;
import io.trainwatch.settings.TenantSettings;
import io.trainwatch.settings.TenantSettings.ClientCredentials;
import io.trainwatch.status.JobKey;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpOperationFailedException;

/** The tenants, as routes address them: addresses, paths and the token for the job at hand. Thread-safe. */
public final class Tenants {

    private static final String BEARER = "Bearer ";
    private static final String AUTHORIZATION = "Authorization";

    private final Map<String, Tenant> byAlias = new HashMap<>();

    /** Sends one request to a token endpoint. */
    public interface TokenRequest {
        /**
         * @return the body of the answer
         * @throws TokenRefused where the endpoint refuses the credentials
         * @throws TokenUnavailable where it gives no answer that could be used
         */
        byte[] send(String alias, URI tokenUrl);
    }

    /** @param tokenRequest asks a token endpoint; called by one thread at a time for each tenant */
    public Tenants(Map<String, TenantSettings> settings, TokenRequest tokenRequest, InstantSource clock) {
        ObjectMapper mapper = new ObjectMapper();
        settings.forEach((alias, tenant) -> {
            TenantApi api = new TrainingApi();
            Optional<TokenSource> tokens = tenant.credentials()
                    .map(client -> new TokenSource(
                            () -> TokenAnswer.read(
                                    mapper, alias, tokenRequest.send(alias, client.tokenUrl()), clock.instant()),
                            clock));
            byAlias.put(alias, new Tenant(tenant, api, tokens));
        });
    }

    public String baseUrl(@Variable("job") JobKey job) {
        return of(job).settings().baseUrl().toString();
    }

    public String statusPath(@Variable("job") JobKey job) {
        return of(job).api().statusPath(job);
    }

    public String cancelPath(@Variable("job") JobKey job) {
        return of(job).api().cancelPath(job);
    }

    public String cancelMethod(@Variable("job") JobKey job) {
        return of(job).api().cancelMethod();
    }

    /**
     * The value of the {@code Authorization} header; {@code null} for a tenant that is called without a token.
     *
     * @throws TokenRefused where the credentials are refused
     * @throws TokenUnavailable where no token can be had now
     */
    public String authorization(@Variable("job") JobKey job) {
        return of(job).tokens().map(tokens -> BEARER + tokens.token().value()).orElse(null);
    }

    /** Says that the call with the token of this exchange succeeded. */
    public void accepted(@Variable("job") JobKey job, @Variable("token") String authorization) {
        of(job).tokens().ifPresent(tokens -> tokens.accepted(authorization.substring(BEARER.length())));
    }

    /** Puts a new token into an exchange whose token was refused; once, then {@link TokenRefused}. */
    public void renewToken(Exchange exchange) {
        JobKey job = exchange.getVariable("job", JobKey.class);
        TokenSource tokens = of(job).tokens()
                .orElseThrow(() -> new TokenRefused("401: tenant " + job.tenant()
                        + " wants a token. Set trainwatch.tenant." + job.tenant() + ".client-id and .client-secret."));
        String refused = exchange.getVariable("token", String.class).substring(BEARER.length());
        String renewed = BEARER + tokens.renew(refused).value();
        exchange.setVariable("token", renewed);
        exchange.getIn().setHeader(AUTHORIZATION, renewed);
    }

    /** The form that a token endpoint is sent. RFC 6749, sections 2.3.1 and 4.4.2; values are encoded. */
    public String tokenForm(@Variable("tenant") String alias) {
        ClientCredentials client = byAlias.get(alias).settings().credentials().orElseThrow();
        return "grant_type=client_credentials&client_id=" + encoded(client.clientId()) + "&client_secret="
                + encoded(client.clientSecret().reveal()) + "&scope=" + encoded(client.scopes());
    }

    /** What it means that the request for a token failed. */
    public static RuntimeException tokenFailure(String alias, Exception thrown, Instant now) {
        if (thrown instanceof HttpOperationFailedException answer) {
            int status = answer.getStatusCode();
            if (status == 400 || status == 401 || status == 403) {
                return new TokenRefused(
                        status + ": the token endpoint of tenant " + alias + " refuses the client. Check"
                                + " trainwatch.tenant." + alias + ".client-id, .client-secret and .scopes.");
            }
            return new TokenUnavailable(
                    "The token endpoint of tenant " + alias + " answered " + status + ". Check trainwatch.tenant."
                            + alias + ".token-url if this stays.",
                    RetryAfter.of(answer.getResponseHeaders(), now));
        }
        return new TokenUnavailable("The token endpoint of tenant " + alias + " did not answer ("
                + thrown.getClass().getSimpleName() + "). Check trainwatch.tenant." + alias
                + ".token-url and the network.");
    }

    private Tenant of(JobKey job) {
        Tenant tenant = byAlias.get(job.tenant());
        if (tenant == null) {
            throw new IllegalStateException("Job " + job + " is on the watch list, but its tenant is not configured."
                    + " Set trainwatch.tenant." + job.tenant() + ".base-url again.");
        }
        return tenant;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private record Tenant(TenantSettings settings, TenantApi api, Optional<TokenSource> tokens) {}
}
