package io.trainwatch.tenant;

import io.trainwatch.http.Callee;
import io.trainwatch.http.Clients;
import io.trainwatch.http.Limits;
import io.trainwatch.http.TlsFiles;
import io.trainwatch.http.TlsSettings;
import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.UnreadableValue;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How one tenant is called: where, by which API, with what access, and how often.
 *
 * @param alias 1 to 64 letters, digits, {@code _} or {@code -}
 * @param baseUrl http or https, without a slash at its end
 * @param pathPrefix what the paths of the tasks API start with: empty, or a slash and more
 * @param credentials empty where the tenant is called without a token
 * @param apiKey takes the place of credentials
 * @param maxRequestsPerSecond more than 0, for all nodes together; empty where there is no limit
 * @param maxCancelsPerHour for all nodes together; empty where that of all tenants counts
 * @param tls for the tenant and its token endpoint
 */
public record TenantSettings(
        String alias,
        URI baseUrl,
        ApiName api,
        String pathPrefix,
        Optional<ClientCredentials> credentials,
        Optional<Secret> apiKey,
        OptionalDouble maxRequestsPerSecond,
        OptionalInt maxCancelsPerHour,
        TlsFiles tls) {

    public static final Section SECTION =
            new Section("Tenants", "One set of keys for each Cognigy.AI tenant; `<alias>` is a name of your choice.");

    private static final Setting<URI> BASE_URL = SECTION.required(
            "tenant.<alias>.base-url",
            Addresses.url(),
            "The URL that every call to the tenant starts with, such as `https://tenant.example/api/v2`.");
    public static final Setting<ApiName> API = SECTION.setting(
            "tenant.<alias>.api",
            ValueType.oneOf(ApiName.class),
            "training",
            "The API that the tenant speaks: `training` is the one with a resource for each training job, `tasks` the one"
                    + " that Cognigy.AI serves.");
    private static final Setting<String> PATH_PREFIX = SECTION.setting(
            "tenant.<alias>.path-prefix",
            pathPrefixType(),
            "/new/v2.0",
            "What the paths of the `tasks` API start with, below the base URL; `/v2.0` on some installations.");
    private static final Setting<String> CLIENT_ID = SECTION.optional(
            "tenant.<alias>.client-id",
            ValueType.text(),
            "The OAuth2 client; without one and without an API key, the tenant is called without a token.");
    private static final Setting<Secret> CLIENT_SECRET = SECTION.optional(
            "tenant.<alias>.client-secret", ValueType.secretText(), "The secret of the OAuth2 client.");
    private static final Setting<String> SCOPES = SECTION.setting(
            "tenant.<alias>.scopes",
            ValueType.text(),
            "ai:training:read ai:training:write",
            "The OAuth2 scopes to ask for, separated by spaces; cancelling a job needs the write scope. With the `tasks` API"
                    + " none are asked for unless given.");
    private static final Setting<URI> TOKEN_URL = SECTION.optional(
            "tenant.<alias>.token-url",
            Addresses.receiverUrl(),
            "Where tokens are fetched, with a query where the endpoint wants one; `/oauth/token` below the base URL unless"
                    + " given, and `/auth/oauth2/token` with the `tasks` API.");
    private static final Setting<ClientAuth> CLIENT_AUTH = SECTION.setting(
            "tenant.<alias>.client-auth",
            ValueType.oneOf(ClientAuth.class),
            "auto",
            "How the client shows the token endpoint its id and secret: in the form (`post`), by HTTP Basic (`basic`), or in"
                    + " the one of the two that the endpoint takes.");
    private static final Setting<List<Map.Entry<String, String>>> TOKEN_PARAMS = SECTION.optional(
            "tenant.<alias>.token-params",
            formFieldsType(),
            "Further fields of the form that the token endpoint is sent, such as `audience=https://tenant.example;"
                    + " resource=training`.");
    private static final Setting<Secret> API_KEY = SECTION.optional(
            "tenant.<alias>.api-key",
            ValueType.secretText(),
            "The API key of a user, in place of an OAuth2 client; with the `tasks` API only.");
    private static final Setting<Double> MAX_REQUESTS_PER_SECOND = SECTION.optional(
            "tenant.<alias>.max-requests-per-second",
            Quantities.positive(10_000),
            "The requests per second that all nodes together send to the tenant, on average; lists of tasks may be 90 s of it"
                    + " ahead. Unless given, 2.5 for hosts of Cognigy, which publishes a limit of 1,000 in 5 minutes, and"
                    + " unlimited for others.");
    private static final Setting<Integer> MAX_CANCELS = SECTION.optional(
            "tenant.<alias>.max-cancels-per-hour",
            Quantities.integer(0, 100_000),
            "The jobs of the tenant that are cancelled within an hour, at most; `trainwatch.policy.max-cancels-per-hour`"
                    + " unless given.");
    private static final TlsSettings TLS =
            new TlsSettings(SECTION, "tenant.<alias>.", "the tenant and its token endpoint");

    /** The tenants by alias, in the order of the source; at least one. */
    public static final Part<Map<String, TenantSettings>> TENANTS = SECTION.part(TenantSettings::readAll);

    /**
     * Cognigy publishes a limit of 1,000 requests in 300 s for each caller's address; with the burst of lists
     * ({@code RequestBudget}) this makes 975.
     */
    private static final double COGNIGY_REQUESTS_PER_SECOND = 2.5;

    private static final List<String> COGNIGY_HOSTS = List.of(".cognigy.ai", ".cognigy.cloud");

    /**
     * What an OAuth2 token is fetched with.
     *
     * @param tokenUrl may have a query
     * @param scopes separated by single spaces, as they are sent; empty where none are asked for
     * @param params further fields of the form; a name may come twice
     */
    public record ClientCredentials(
            URI tokenUrl,
            String clientId,
            Secret clientSecret,
            String scopes,
            ClientAuth auth,
            List<Map.Entry<String, String>> params) {}

    /** Whom the client for this tenant and its token endpoint calls. */
    public Callee callee(Limits limits) {
        List<String> secrets = Stream.concat(apiKey.stream(), credentials.map(ClientCredentials::clientSecret).stream())
                .map(Secret::reveal)
                .toList();
        return new Callee(Callee.Kind.TENANT, Clients.tenant(alias), limits, tls, secrets, false);
    }

    private static Map<String, TenantSettings> readAll(Values values) {
        Map<String, TenantSettings> tenants = values.each("tenant", TenantSettings::read);
        if (values.names("tenant").isEmpty()) {
            values.report(
                    BASE_URL.pattern(),
                    "no tenant is configured",
                    "Set it, for instance " + BASE_URL.key("acme") + "=https://tenant.example/api/v2");
        }
        return tenants;
    }

    /** Empty where it lacks what must be there. */
    private static Optional<TenantSettings> read(Values values, String alias) {
        Optional<URI> baseUrl = values.find(BASE_URL, alias);
        Optional<ApiName> api = values.find(API, alias);
        boolean tasks = api.equals(Optional.of(ApiName.TASKS));
        Optional<ClientCredentials> credentials = credentials(values, alias, baseUrl, tasks);
        Optional<Secret> apiKey = apiKey(values, alias, tasks);
        String prefix = values.find(PATH_PREFIX, alias).orElse("");
        Optional<Integer> maxCancels = values.find(MAX_CANCELS, alias);
        TlsFiles tls = TLS.read(values, alias);
        if (baseUrl.isEmpty() || api.isEmpty()) {
            return Optional.empty();
        }
        values.warnOfPlainHttp(BASE_URL.key(alias), baseUrl.get(), "jobs, secrets and tokens");
        return Optional.of(new TenantSettings(
                alias,
                baseUrl.get(),
                api.get(),
                prefix,
                credentials,
                apiKey,
                maxRequests(values, alias, baseUrl.get()),
                maxCancels.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                tls));
    }

    private static Optional<ClientCredentials> credentials(
            Values values, String alias, Optional<URI> baseUrl, boolean tasks) {
        Optional<String> clientId = values.find(CLIENT_ID, alias);
        Optional<Secret> clientSecret = values.find(CLIENT_SECRET, alias);
        String scopes = scopes(values, alias, tasks);
        ClientAuth auth = values.find(CLIENT_AUTH, alias).orElse(ClientAuth.AUTO);
        List<Map.Entry<String, String>> params =
                values.find(TOKEN_PARAMS, alias).orElse(List.of());
        Optional<URI> tokenUrl = findTokenUrl(values, alias, baseUrl, tasks ? "/auth/oauth2/token" : "/oauth/token");
        String idKey = CLIENT_ID.key(alias);
        String secretKey = CLIENT_SECRET.key(alias);
        boolean hasId = values.isSet(CLIENT_ID, alias);
        boolean hasSecret = values.isSet(CLIENT_SECRET, alias);
        if (hasId && !hasSecret) {
            values.report(secretKey, "is missing, though " + idKey + " is set", "Set both, or neither.");
        } else if (hasSecret && !hasId) {
            values.report(idKey, "is missing, though " + secretKey + " is set", "Set both, or neither.");
        } else if (!hasId && !values.isSet(API_KEY, alias)) {
            values.warn(idKey + " is not set: the tenant is called without a token. Set it and " + secretKey + ", or "
                    + API_KEY.key(alias) + ".");
        }
        return clientId.isPresent() && clientSecret.isPresent() && tokenUrl.isPresent()
                ? Optional.of(
                        new ClientCredentials(tokenUrl.get(), clientId.get(), clientSecret.get(), scopes, auth, params))
                : Optional.empty();
    }

    private static String scopes(Values values, String alias, boolean tasks) {
        if (tasks && !values.isSet(SCOPES, alias)) {
            values.putEffective(SCOPES, alias, "");
            return "";
        }
        return String.join(" ", values.find(SCOPES, alias).orElse("").split("\\s+"));
    }

    private static Optional<URI> findTokenUrl(Values values, String alias, Optional<URI> baseUrl, String path) {
        String key = TOKEN_URL.key(alias);
        Optional<URI> given = values.find(TOKEN_URL, alias);
        if (given.isPresent()) {
            values.warnOfPlainHttp(key, given.get(), "the client secret and tokens");
            return given;
        }
        Optional<URI> derived = baseUrl.map(base -> URI.create(base + path));
        derived.ifPresent(url -> values.putEffective(TOKEN_URL, alias, url));
        return derived;
    }

    private static Optional<Secret> apiKey(Values values, String alias, boolean tasks) {
        String key = API_KEY.key(alias);
        if (values.isSet(API_KEY, alias)) {
            if (!tasks) {
                values.report(
                        key,
                        "is for the tasks API, and tenant '" + alias + "' speaks another",
                        "Set " + API.key(alias) + "=tasks, or use client-id and client-secret.");
            } else if (values.isSet(CLIENT_ID, alias)) {
                values.report(key, "is set, and so is " + CLIENT_ID.key(alias), "Set one of the two.");
            }
        }
        return values.find(API_KEY, alias);
    }

    private static OptionalDouble maxRequests(Values values, String alias, URI baseUrl) {
        Optional<Double> given = values.find(MAX_REQUESTS_PER_SECOND, alias);
        if (given.isPresent()) {
            return OptionalDouble.of(given.get());
        }
        String host = "." + Addresses.hostOf(baseUrl).toLowerCase(Locale.ROOT);
        if (COGNIGY_HOSTS.stream().noneMatch(host::endsWith)) {
            return OptionalDouble.empty();
        }
        values.putEffective(MAX_REQUESTS_PER_SECOND, alias, COGNIGY_REQUESTS_PER_SECOND);
        return OptionalDouble.of(COGNIGY_REQUESTS_PER_SECOND);
    }

    /** The beginning of a path: {@code /} for none, else a slash and segments, without a slash at its end. */
    private static ValueType<String> pathPrefixType() {
        return ValueType.of("path", text -> {
            if (text.equals("/")) {
                return "";
            }
            if (!text.matches("(/[A-Za-z0-9._~-]{1,64}){1,8}")) {
                throw new UnreadableValue("is no beginning of a path", "Write one such as /new/v2.0, or / for none.");
            }
            return text;
        });
    }

    /** Fields of a form, {@code name=value} each, separated by semicolons; a name may come twice. Not encoded. */
    private static ValueType<List<Map.Entry<String, String>>> formFieldsType() {
        return ValueType.of(
                "`name=value`, separated by semicolons",
                text -> Arrays.stream(text.split(";"))
                        .map(String::strip)
                        .filter(field -> !field.isEmpty())
                        .map(TenantSettings::formField)
                        .toList(),
                fields -> fields.stream()
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .collect(Collectors.joining("; ")));
    }

    private static Map.Entry<String, String> formField(String text) {
        Matcher parts = FormField.FORM.matcher(text);
        if (!parts.matches()) {
            throw new UnreadableValue("has a part that is not name=value", "Write audience=a; resource=b.");
        }
        if (FormField.TAKEN.contains(parts.group(1))) {
            throw new UnreadableValue(
                    "sets " + parts.group(1) + ", which has a setting of its own or is given", "Remove it.");
        }
        return Map.entry(parts.group(1), parts.group(2));
    }

    /** A class of its own, since it is needed while the settings are made. */
    private static final class FormField {
        static final Pattern FORM = Pattern.compile("([A-Za-z0-9_.:-]{1,64})\\s*=\\s*(\\P{Cntrl}{1,4096})");
        static final Set<String> TAKEN = Set.of("grant_type", "client_id", "client_secret", "scope");
    }
}
