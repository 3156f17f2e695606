package io.trainwatch.settings;

import io.trainwatch.status.JobKey;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes {@link Settings} of a source, once.
 *
 * <p>Goes on after a problem, with the default or with nothing in place of the value, so that a person sees everything
 * that is wrong at the first start and not one thing at each.
 */
final class SettingsReader {

    private static final int MIN_TOKEN = 16;

    private final CheckedValues values;
    private final List<String> warnings = new ArrayList<>();
    private final boolean isProd;
    private final Map<String, String> environment;

    SettingsReader(Source source, String profile, Map<String, String> environment) {
        this.isProd = Settings.PROD.equals(profile);
        this.environment = environment;
        this.values = new CheckedValues(source, profile, environment);
    }

    Settings read() {
        values.reportUnknownKeys();
        warnOfServiceLinks();
        Set<String> aliases = values.names(Keys.Group.TENANTS);
        Map<String, TenantSettings> tenants = new TenantsReader(values, warnings).read(aliases);
        Map<String, WebhookSettings> webhooks = webhooks();
        Settings settings = new Settings(
                tenants,
                webhooks,
                jobs(aliases),
                values.get(Keys.JOBS_DIRECTORY),
                new Settings.Poll(
                        values.get(Keys.POLL_INTERVAL),
                        values.get(Keys.POLL_LIST_INTERVAL),
                        values.get(Keys.POLL_WORKERS),
                        values.get(Keys.POLL_TICK),
                        values.get(Keys.POLL_LEASE),
                        values.get(Keys.POLL_UNREACHABLE_AFTER),
                        values.get(Keys.POLL_CONFIRM_AFTER)),
                new Settings.Request(
                        values.get(Keys.REQUEST_CONNECT_TIMEOUT),
                        values.get(Keys.REQUEST_TIMEOUT),
                        values.get(Keys.REQUEST_MAX_RESPONSE)),
                proxy(),
                new Settings.Policy(
                        values.get(Keys.POLICY_AUTO_CANCEL),
                        values.get(Keys.POLICY_MAX_CPU),
                        values.get(Keys.POLICY_CPU_WINDOW),
                        values.get(Keys.POLICY_MAX_MEMORY),
                        values.get(Keys.POLICY_MEMORY_WINDOW),
                        values.find(Keys.POLICY_WARM_UP),
                        values.get(Keys.POLICY_MAX_STAGNATION),
                        values.get(Keys.POLICY_FIXED_STAGNATION),
                        values.get(Keys.POLICY_CANCEL_DEADLINE),
                        values.get(Keys.POLICY_DIRECTORY),
                        values.get(Keys.POLICY_MAX_CANCELS)),
                delivery(webhooks.size()),
                audit(),
                new Settings.History(values.get(Keys.HISTORY_RETENTION), values.get(Keys.HISTORY_MAX_LOOKS)),
                new Settings.Store(storeUrl(), values.find(Keys.STORE_USER), values.find(Keys.STORE_PASSWORD)),
                http(),
                values.get(Keys.ROUTES_DIRECTORY),
                values.isSet(Keys.ROUTES_DIRECTORY, ""),
                node(),
                values.get(Keys.WATCH_DRAIN),
                values.effective(),
                warnings);
        if (!values.problems().isEmpty()) {
            throw new SettingsException(values.problems());
        }
        return settings;
    }

    private List<JobKey> jobs(Set<String> aliases) {
        String onlyAlias = aliases.size() == 1 ? aliases.iterator().next() : null;
        List<String> texts = values.find(Keys.JOBS).orElse(List.of());
        values.putEffective(Keys.JOBS, "", texts);
        Set<JobKey> jobs = new LinkedHashSet<>();
        if (aliases.isEmpty()) {
            // That no tenant is configured is reported already, and is the reason for whatever could be said here.
            return List.of();
        }
        for (String text : texts) {
            try {
                JobKey job = JobKey.parse(text, onlyAlias);
                if (aliases.contains(job.tenant())) {
                    jobs.add(job);
                } else {
                    values.report(
                            Keys.JOBS.pattern(),
                            Problem.quoted(text) + " names a tenant that is not configured",
                            "Configured: " + String.join(", ", aliases) + ".");
                }
            } catch (IllegalArgumentException e) {
                values.report(Keys.JOBS.pattern(), e.getMessage(), "Write [alias:]project/job, separated by commas.");
            }
        }
        return List.copyOf(jobs);
    }

    private Map<String, WebhookSettings> webhooks() {
        Map<String, WebhookSettings> webhooks = new LinkedHashMap<>();
        for (String name : values.names(Keys.Group.WEBHOOKS)) {
            webhook(name).ifPresent(webhook -> webhooks.put(name, webhook));
        }
        return webhooks;
    }

    /** With fewer workers than receivers, some that hang could keep all of them from the others. */
    private Settings.Delivery delivery(int receivers) {
        int workers = Math.max(values.get(Keys.WEBHOOK_WORKERS), receivers);
        values.putEffective(Keys.WEBHOOK_WORKERS, "", workers);
        return new Settings.Delivery(workers, values.get(Keys.WEBHOOK_TIMEOUT), values.get(Keys.WEBHOOK_RETENTION));
    }

    private Optional<WebhookSettings> webhook(String name) {
        Optional<URI> url = values.find(Keys.WEBHOOK_URL, name);
        Optional<List<Secret>> secrets = values.find(Keys.WEBHOOK_SECRET, name);
        Optional<List<String>> events = values.find(Keys.WEBHOOK_EVENTS, name);
        Optional<WebhookFormat> format = values.find(Keys.WEBHOOK_FORMAT, name);
        Optional<Path> template = values.find(Keys.WEBHOOK_TEMPLATE, name);
        Optional<Secret> routingKey = values.find(Keys.WEBHOOK_ROUTING_KEY, name);
        Optional<Map<String, Secret>> headers = values.find(Keys.WEBHOOK_HEADERS, name);
        Optional<Duration> timeout = values.find(Keys.WEBHOOK_OWN_TIMEOUT, name);
        Optional<Integer> concurrency = values.find(Keys.WEBHOOK_CONCURRENCY, name);
        Optional<Double> rate = values.find(Keys.WEBHOOK_RATE, name);
        Optional<Boolean> publicOnly = values.find(Keys.WEBHOOK_PUBLIC_ONLY, name);
        if (format.filter(WebhookFormat.PAGERDUTY::equals).isPresent()
                && !values.isSet(Keys.WEBHOOK_ROUTING_KEY, name)) {
            values.report(
                    Keys.WEBHOOK_ROUTING_KEY.key(name),
                    "is missing, though the format is pagerduty",
                    "Set it to the integration key of the PagerDuty service.");
        }
        if (url.isEmpty() || events.isEmpty() || format.isEmpty() || concurrency.isEmpty()) {
            return Optional.empty();
        }
        warnOfPlainHttp(Keys.WEBHOOK_URL.key(name), url.get(), "events");
        return Optional.of(new WebhookSettings(
                name,
                url.get(),
                secrets.orElse(List.of()),
                Set.copyOf(events.get()),
                format.get(),
                template,
                routingKey,
                headers.orElse(Map.of()),
                timeout.orElseGet(() -> values.get(Keys.WEBHOOK_TIMEOUT)),
                concurrency.get(),
                rate.map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                publicOnly.orElse(true),
                values.tlsFiles(
                        Keys.WEBHOOK_TRUSTSTORE,
                        Keys.WEBHOOK_TRUSTSTORE_PASSWORD,
                        Keys.WEBHOOK_CERTIFICATE,
                        Keys.WEBHOOK_CERTIFICATE_PASSWORD,
                        name)));
    }

    private Settings.Audit audit() {
        Optional<List<Secret>> keys = values.find(Keys.AUDIT_KEY);
        if (isProd && !values.isSet(Keys.AUDIT_KEY, "")) {
            warnings.add(
                    Keys.AUDIT_KEY.pattern() + " is not set: whoever can write the audit files can also write a new"
                            + " chain, and nobody could tell. Make a key with: trainwatch audit key");
        }
        return new Settings.Audit(
                values.get(Keys.AUDIT_DIRECTORY),
                values.get(Keys.AUDIT_STATUS_CHECKS),
                keys.orElse(List.of()),
                values.get(Keys.AUDIT_FORMAT),
                values.get(Keys.AUDIT_MAX_SIZE),
                values.find(Keys.AUDIT_RETENTION),
                values.get(Keys.AUDIT_MAX_WAITING));
    }

    private ProxySettings proxy() {
        Optional<ProxySettings.Proxy> given = values.find(Keys.PROXY);
        boolean isGiven = values.isSet(Keys.PROXY, "");
        List<String> noProxy = values.isSet(Keys.NO_PROXY, "")
                ? values.find(Keys.NO_PROXY).orElse(List.of())
                : List.of(variable("NO_PROXY").orElse("").split("[,\\s]+"));
        return new ProxySettings(
                isGiven ? given : usualProxy("HTTPS_PROXY"),
                isGiven ? given : usualProxy("HTTP_PROXY"),
                noProxy.stream().filter(host -> !host.isBlank()).toList());
    }

    /** What other programs on this machine use; one that cannot be used here is theirs only. */
    private Optional<ProxySettings.Proxy> usualProxy(String name) {
        return variable(name).flatMap(text -> {
            try {
                return Optional.of(Addresses.parseProxy(text));
            } catch (UnreadableValue e) {
                warnings.add("The environment variable " + name + " " + e.getMessage() + " and is passed over. Set "
                        + Keys.PROXY.pattern() + " if a proxy is needed.");
                return Optional.empty();
            }
        });
    }

    private void warnOfServiceLinks() {
        List<String> links = EnvironmentNames.serviceLinks(environment);
        if (!links.isEmpty()) {
            warnings.add(links.size() + (links.size() == 1 ? " environment variable" : " environment variables")
                    + " of service links, such as " + links.get(0) + ", are no settings and are passed over. Set"
                    + " enableServiceLinks: false in the pod to be rid of them.");
        }
    }

    private Optional<String> variable(String name) {
        return Stream.of(name, name.toLowerCase(Locale.ROOT))
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
    }

    private Settings.Http http() {
        boolean enabled = values.get(Keys.HTTP_ENABLED);
        String host = values.get(Keys.HTTP_HOST);
        Optional<Secret> token = values.find(Keys.HTTP_TOKEN);
        if (enabled && !Addresses.isLoopback(host) && !values.isSet(Keys.HTTP_TOKEN, "")) {
            values.report(
                    Keys.HTTP_TOKEN.pattern(),
                    "is missing, though other machines reach " + Problem.quoted(host),
                    "Set it, or set " + Keys.HTTP_HOST.pattern() + "=127.0.0.1.");
        }
        if (enabled && !Addresses.isLoopback(host)) {
            warnings.add(Keys.HTTP_HOST.pattern() + " is " + host + ", and the API is plain http: the token travels"
                    + " unencrypted. Put a proxy with TLS in front, and let others reach that alone.");
        }
        if (enabled
                && token.filter(given -> given.reveal().length() < MIN_TOKEN).isPresent()) {
            warnings.add(Keys.HTTP_TOKEN.pattern() + " has fewer than " + MIN_TOKEN
                    + " characters, so it can be guessed. Make one with: openssl rand -hex 32");
        }
        return new Settings.Http(enabled, host, values.get(Keys.HTTP_PORT), token);
    }

    private String storeUrl() {
        String url = values.get(Keys.STORE_URL);
        Addresses.warningOfPlainPostgresql(url).ifPresent(warnings::add);
        return url;
    }

    private String node() {
        String node = values.find(Keys.NODE).filter(given -> !given.isBlank()).orElseGet(SettingsReader::hostName);
        values.putEffective(Keys.NODE, "", node);
        return node;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private void warnOfPlainHttp(String key, URI url, String what) {
        Addresses.warningOfPlainHttp(key, url, what).ifPresent(warnings::add);
    }
}
