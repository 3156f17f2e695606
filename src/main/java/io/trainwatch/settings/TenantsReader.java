package io.trainwatch.settings;

import io.trainwatch.status.JobKey;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the keys of the tenants. */
final class TenantsReader {

    /**
     * Cognigy publishes a limit of 1,000 requests in 300 s for each caller's address; with the burst of lists
     * ({@code RequestBudget}) this makes 975.
     */
    private static final double COGNIGY_REQUESTS_PER_SECOND = 2.5;

    private static final List<String> COGNIGY_HOSTS = List.of(".cognigy.ai", ".cognigy.cloud");

    private final CheckedValues values;
    private final List<String> warnings;

    TenantsReader(CheckedValues values, List<String> warnings) {
        this.values = values;
        this.warnings = warnings;
    }

    /** The tenants of these aliases, without those that lack what must be there. */
    Map<String, TenantSettings> read(Set<String> aliases) {
        Map<String, TenantSettings> tenants = new LinkedHashMap<>();
        for (String alias : aliases) {
            Optional<URI> baseUrl = values.find(Keys.TENANT_BASE_URL, alias);
            Optional<TenantApi> api = values.find(Keys.TENANT_API, alias);
            boolean tasks = api.equals(Optional.of(TenantApi.TASKS));
            Optional<TenantSettings.ClientCredentials> credentials = credentials(alias, baseUrl, tasks);
            Optional<Secret> apiKey = apiKey(alias, tasks);
            Optional<TenantSettings.Discovery> discovery = discovery(alias, tasks);
            Optional<TenantSettings.Prometheus> prometheus = prometheus(alias);
            String prefix = values.find(Keys.TENANT_PATH_PREFIX, alias).orElse("");
            if (baseUrl.isPresent() && api.isPresent()) {
                Addresses.warningOfPlainHttp(Keys.TENANT_BASE_URL.key(alias), baseUrl.get(), "jobs, secrets and tokens")
                        .ifPresent(warnings::add);
                tenants.put(
                        alias,
                        new TenantSettings(
                                alias,
                                baseUrl.get(),
                                api.get(),
                                prefix,
                                credentials,
                                apiKey,
                                maxRequests(alias, baseUrl.get()),
                                values.find(Keys.TENANT_MAX_CANCELS, alias)
                                        .map(OptionalInt::of)
                                        .orElseGet(OptionalInt::empty),
                                discovery,
                                prometheus,
                                values.tlsFiles(
                                        Keys.TENANT_TRUSTSTORE,
                                        Keys.TENANT_TRUSTSTORE_PASSWORD,
                                        Keys.TENANT_CERTIFICATE,
                                        Keys.TENANT_CERTIFICATE_PASSWORD,
                                        alias)));
            }
        }
        if (aliases.isEmpty()) {
            values.report(
                    Keys.TENANT_BASE_URL.pattern(),
                    "no tenant is configured",
                    "Set it, for instance " + Keys.TENANT_BASE_URL.key("acme") + "=https://tenant.example/api/v2");
        }
        return tenants;
    }

    private Optional<TenantSettings.ClientCredentials> credentials(String alias, Optional<URI> baseUrl, boolean tasks) {
        Optional<String> clientId = values.find(Keys.TENANT_CLIENT_ID, alias);
        Optional<Secret> clientSecret = values.find(Keys.TENANT_CLIENT_SECRET, alias);
        String scopes = scopes(alias, tasks);
        ClientAuth auth = values.find(Keys.TENANT_CLIENT_AUTH, alias).orElse(ClientAuth.AUTO);
        List<Map.Entry<String, String>> params =
                values.find(Keys.TENANT_TOKEN_PARAMS, alias).orElse(List.of());
        Optional<URI> tokenUrl = findTokenUrl(alias, baseUrl, tasks ? "/auth/oauth2/token" : "/oauth/token");
        String idKey = Keys.TENANT_CLIENT_ID.key(alias);
        String secretKey = Keys.TENANT_CLIENT_SECRET.key(alias);
        boolean hasId = values.isSet(Keys.TENANT_CLIENT_ID, alias);
        boolean hasSecret = values.isSet(Keys.TENANT_CLIENT_SECRET, alias);
        if (hasId && !hasSecret) {
            values.report(secretKey, "is missing, though " + idKey + " is set", "Set both, or neither.");
        } else if (hasSecret && !hasId) {
            values.report(idKey, "is missing, though " + secretKey + " is set", "Set both, or neither.");
        } else if (!hasId && !values.isSet(Keys.TENANT_API_KEY, alias)) {
            warnings.add(idKey + " is not set: the tenant is called without a token. Set it and " + secretKey + ", or "
                    + Keys.TENANT_API_KEY.key(alias) + ".");
        }
        return clientId.isPresent() && clientSecret.isPresent() && tokenUrl.isPresent()
                ? Optional.of(new TenantSettings.ClientCredentials(
                        tokenUrl.get(), clientId.get(), clientSecret.get(), scopes, auth, params))
                : Optional.empty();
    }

    private String scopes(String alias, boolean tasks) {
        if (tasks && !values.isSet(Keys.TENANT_SCOPES, alias)) {
            values.putEffective(Keys.TENANT_SCOPES, alias, "");
            return "";
        }
        return String.join(
                " ", values.find(Keys.TENANT_SCOPES, alias).orElse("").split("\\s+"));
    }

    private Optional<URI> findTokenUrl(String alias, Optional<URI> baseUrl, String path) {
        String key = Keys.TENANT_TOKEN_URL.key(alias);
        Optional<URI> given = values.find(Keys.TENANT_TOKEN_URL, alias);
        if (given.isPresent()) {
            Addresses.warningOfPlainHttp(key, given.get(), "the client secret and tokens")
                    .ifPresent(warnings::add);
            return given;
        }
        Optional<URI> derived = baseUrl.map(base -> URI.create(base + path));
        derived.ifPresent(url -> values.putEffective(Keys.TENANT_TOKEN_URL, alias, url));
        return derived;
    }

    private Optional<Secret> apiKey(String alias, boolean tasks) {
        String key = Keys.TENANT_API_KEY.key(alias);
        if (values.isSet(Keys.TENANT_API_KEY, alias)) {
            if (!tasks) {
                values.report(
                        key,
                        "is for the tasks API, and tenant '" + alias + "' speaks another",
                        "Set " + Keys.TENANT_API.key(alias) + "=tasks, or use client-id and client-secret.");
            } else if (values.isSet(Keys.TENANT_CLIENT_ID, alias)) {
                values.report(key, "is set, and so is " + Keys.TENANT_CLIENT_ID.key(alias), "Set one of the two.");
            }
        }
        return values.find(Keys.TENANT_API_KEY, alias);
    }

    private OptionalDouble maxRequests(String alias, URI baseUrl) {
        Optional<Double> given = values.find(Keys.TENANT_MAX_REQUESTS_PER_SECOND, alias);
        if (given.isPresent()) {
            return OptionalDouble.of(given.get());
        }
        String host = "." + Addresses.hostOf(baseUrl).toLowerCase(Locale.ROOT);
        if (COGNIGY_HOSTS.stream().noneMatch(host::endsWith)) {
            return OptionalDouble.empty();
        }
        values.putEffective(Keys.TENANT_MAX_REQUESTS_PER_SECOND, alias, COGNIGY_REQUESTS_PER_SECOND);
        return OptionalDouble.of(COGNIGY_REQUESTS_PER_SECOND);
    }

    private Optional<TenantSettings.Prometheus> prometheus(String alias) {
        Optional<URI> url = values.find(Keys.TENANT_PROMETHEUS_URL, alias);
        TenantSettings.Prometheus found = new TenantSettings.Prometheus(
                url.orElse(null),
                values.find(Keys.TENANT_PROMETHEUS_TOKEN, alias),
                values.find(Keys.TENANT_PROMETHEUS_CPU, alias),
                values.find(Keys.TENANT_PROMETHEUS_MEMORY, alias),
                values.find(Keys.TENANT_PROMETHEUS_GPU_MEMORY, alias),
                values.find(Keys.TENANT_PROMETHEUS_JOB_LABEL, alias),
                values.find(Keys.TENANT_PROMETHEUS_MAX_AGE, alias).orElse(Duration.ZERO),
                values.find(Keys.TENANT_PROMETHEUS_HEADERS, alias).orElse(Map.of()),
                values.tlsFiles(
                        Keys.TENANT_PROMETHEUS_TRUSTSTORE,
                        Keys.TENANT_PROMETHEUS_TRUSTSTORE_PASSWORD,
                        Keys.TENANT_PROMETHEUS_CERTIFICATE,
                        Keys.TENANT_PROMETHEUS_CERTIFICATE_PASSWORD,
                        alias));
        String urlKey = Keys.TENANT_PROMETHEUS_URL.key(alias);
        List<Setting<String>> queries =
                List.of(Keys.TENANT_PROMETHEUS_CPU, Keys.TENANT_PROMETHEUS_MEMORY, Keys.TENANT_PROMETHEUS_GPU_MEMORY);
        boolean asks = queries.stream().anyMatch(query -> values.isSet(query, alias));
        if (asks && !values.isSet(Keys.TENANT_PROMETHEUS_URL, alias)) {
            values.report(urlKey, "is missing, though there is a query for it", "Set it, or remove the query.");
        } else if (url.isPresent() && !asks) {
            values.report(
                    urlKey,
                    "is set, but no query",
                    "Set " + Keys.TENANT_PROMETHEUS_CPU.key(alias) + " or another query, or remove it.");
        }
        url.flatMap(given -> Addresses.warningOfPlainHttp(urlKey, given, "figures and its token"))
                .filter(warning -> values.isSet(Keys.TENANT_PROMETHEUS_TOKEN, alias))
                .ifPresent(warnings::add);
        return url.map(given -> found);
    }

    private Optional<TenantSettings.Discovery> discovery(String alias, boolean tasks) {
        List<String> projects = values.find(Keys.TENANT_DISCOVER, alias).orElse(List.of());
        values.putEffective(Keys.TENANT_DISCOVER, alias, projects);
        List<String> names = values.find(Keys.TENANT_DISCOVER_TASKS, alias).orElse(List.of());
        Optional<Duration> since = values.find(Keys.TENANT_DISCOVER_SINCE, alias);
        if (projects.isEmpty() || since.isEmpty()) {
            return Optional.empty();
        }
        String key = Keys.TENANT_DISCOVER.key(alias);
        if (!tasks) {
            values.report(
                    key,
                    "is for the tasks API, and tenant '" + alias + "' speaks another",
                    "Set " + Keys.TENANT_API.key(alias) + "=tasks, or name the jobs in " + Keys.JOBS.pattern() + ".");
        }
        for (String project : projects) {
            if (!project.equals("*") && !JobKey.isSafe(project)) {
                values.report(
                        key,
                        Problem.quoted(project) + " is no project id",
                        "Write ids of letters, digits, '_' or '-', or * for all projects.");
            }
        }
        return Optional.of(new TenantSettings.Discovery(
                projects.contains("*"), Set.copyOf(projects), names.contains("*"), Set.copyOf(names), since.get()));
    }
}
