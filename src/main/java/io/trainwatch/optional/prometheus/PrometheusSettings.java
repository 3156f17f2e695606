package io.trainwatch.optional.prometheus;

import io.trainwatch.http.Callee;
import io.trainwatch.http.Clients;
import io.trainwatch.http.Limits;
import io.trainwatch.http.TlsFiles;
import io.trainwatch.http.TlsSettings;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.ResourceUtilization;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Prometheus, and what it is asked about a tenant's job.
 *
 * @param tenant the alias
 * @param url without a slash at its end, and without {@code /api/v1}
 * @param token a bearer token
 * @param cpuQuery PromQL with {@code $tenant}, {@code $project} and {@code $job}; gives percent
 * @param memoryQuery likewise
 * @param gpuMemoryQuery likewise; gives what the policy's limit is measured in
 * @param jobLabel the label that holds the job's id, where a query gives a series for each of several jobs
 * @param maxAge older samples count as missing
 * @param headers sent besides
 */
public record PrometheusSettings(
        String tenant,
        URI url,
        Optional<Secret> token,
        Optional<String> cpuQuery,
        Optional<String> memoryQuery,
        Optional<String> gpuMemoryQuery,
        Optional<String> jobLabel,
        Duration maxAge,
        Map<String, Secret> headers,
        TlsFiles tls) {

    public static final Section SECTION =
            new Section("Prometheus", "For what a tenant's API does not tell of its jobs; see [figures](figures.md).");

    private static final Setting<URI> URL = SECTION.optional(
            "tenant.<alias>.prometheus.url",
            Addresses.url(),
            "The Prometheus that knows what the tenant's jobs use, such as `http://prometheus:9090`.");
    private static final Setting<Secret> TOKEN = SECTION.optional(
            "tenant.<alias>.prometheus.token", ValueType.secretText(), "The bearer token for it, where it wants one.");
    private static final Setting<String> CPU_QUERY = SECTION.optional(
            "tenant.<alias>.prometheus.cpu-query",
            query(),
            "The query for a job's CPU usage in percent; `$tenant`, `$project` and `$job` stand for the job.");
    private static final Setting<String> MEMORY_QUERY = SECTION.optional(
            "tenant.<alias>.prometheus.memory-query", query(), "The query for a job's memory usage in percent.");
    private static final Setting<String> GPU_MEMORY_QUERY = SECTION.optional(
            "tenant.<alias>.prometheus.gpu-memory-query",
            query(),
            "The query for the GPU memory that a job uses, in the unit of the policy's limit.");
    private static final Setting<String> JOB_LABEL = SECTION.optional(
            "tenant.<alias>.prometheus.job-label",
            label(),
            "The label that holds the job's id, where one query tells of several jobs.");
    private static final Setting<Duration> MAX_AGE = SECTION.setting(
            "tenant.<alias>.prometheus.max-age",
            Quantities.duration("1s", "1h"),
            "2m",
            "Samples that are older count as missing.");
    private static final Setting<Map<String, Secret>> HEADERS = SECTION.optional(
            "tenant.<alias>.prometheus.headers",
            ValueType.headers(),
            "Headers to send it besides, such as `X-Scope-OrgID: ml` or `Authorization: Basic …`.");
    private static final TlsSettings TLS = new TlsSettings(SECTION, "tenant.<alias>.prometheus.", "it");

    /** By the alias of the tenant; those that have one. */
    public static final Part<Map<String, PrometheusSettings>> SOURCES =
            SECTION.part(values -> values.each("tenant", PrometheusSettings::read));

    /** The longest time that it is given. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final int MAX_CONNECTIONS = 20;

    /** Whom the client for it calls. */
    public Callee callee(long maxBytes) {
        List<String> secrets = new ArrayList<>();
        token.map(Secret::reveal).ifPresent(secrets::add);
        headers.values().forEach(value -> secrets.add(Callee.secretOf(value.reveal())));
        Limits limits = new Limits(TIMEOUT, TIMEOUT, maxBytes, MAX_CONNECTIONS);
        return new Callee(Callee.Kind.PROMETHEUS, Clients.prometheus(tenant), limits, tls, secrets, false);
    }

    private static Optional<PrometheusSettings> read(Values values, String alias) {
        Optional<URI> url = values.find(URL, alias);
        PrometheusSettings found = new PrometheusSettings(
                alias,
                url.orElse(null),
                values.find(TOKEN, alias),
                values.find(CPU_QUERY, alias),
                values.find(MEMORY_QUERY, alias),
                values.find(GPU_MEMORY_QUERY, alias),
                values.find(JOB_LABEL, alias),
                values.find(MAX_AGE, alias).orElse(Duration.ZERO),
                values.find(HEADERS, alias).orElse(Map.of()),
                TLS.read(values, alias));
        boolean asks =
                Stream.of(CPU_QUERY, MEMORY_QUERY, GPU_MEMORY_QUERY).anyMatch(query -> values.isSet(query, alias));
        if (asks && !values.isSet(URL, alias)) {
            values.report(URL.key(alias), "is missing, though there is a query for it", "Set it, or remove the query.");
        } else if (url.isPresent() && !asks) {
            values.report(
                    URL.key(alias),
                    "is set, but no query",
                    "Set " + CPU_QUERY.key(alias) + " or another query, or remove it.");
        }
        if (url.isPresent() && values.isSet(TOKEN, alias)) {
            values.warnOfPlainHttp(URL.key(alias), url.get(), "figures and its token");
        }
        return url.map(given -> found);
    }

    /** A query in which {@code $tenant}, {@code $project} and {@code $job} stand for those of a job. */
    private static ValueType<String> query() {
        return ValueType.of("PromQL", text -> {
            Matcher variable = PromQl.VARIABLE.matcher(text);
            while (variable.find()) {
                if (!PromQl.VARIABLES.contains(variable.group(1))
                        || variable.group().contains("{")) {
                    throw new UnreadableValue(
                            "names " + variable.group() + ", which stands for nothing",
                            "Write $tenant, $project or $job.");
                }
            }
            if (text.length() > PromQl.MAX_LENGTH) {
                throw new UnreadableValue(
                        "is longer than " + PromQl.MAX_LENGTH + " characters",
                        "Make it a recording rule, and ask for that.");
            }
            return ValueType.text().read(text);
        });
    }

    private static ValueType<String> label() {
        return ValueType.of("name of a label", text -> {
            if (!text.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new UnreadableValue("is not the name of a label", "Write one such as job_id.");
            }
            return text;
        });
    }

    /** What of the query language is looked at; the rest is left to Prometheus. */
    private static final class PromQl {
        static final Set<String> VARIABLES = Set.of("tenant", "project", "job");
        static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)");
        static final int MAX_LENGTH = 4_000;
    }

    /**
     * A PromQL query with {@code $tenant}, {@code $project} and {@code $job} in label values, in single or double quotes.
     *
     * <p>Ids consist of letters, digits, {@code _} and {@code -}, which mean nothing in a quoted label value, nor in a regular
     * expression there. Should an id ever hold anything else, it is written as an escape of PromQL, which no quote and no
     * backslash survives.
     */
    static final class QueryTemplate {

        private static final Pattern NAME = Pattern.compile("\\$(tenant|project|job)\\b");
        private static final Pattern NOT_PLAIN = Pattern.compile("[^A-Za-z0-9_-]");

        private QueryTemplate() {}

        static String fill(String template, JobKey job) {
            return NAME.matcher(template)
                    .replaceAll(name -> Matcher.quoteReplacement(escaped(
                            switch (name.group(1)) {
                                case "tenant" -> job.tenant();
                                case "project" -> job.project();
                                default -> job.job();
                            })));
        }

        /** As the characters of a quoted PromQL string, whose escapes are those of Go. */
        static String escaped(String value) {
            return NOT_PLAIN
                    .matcher(value)
                    .replaceAll(found -> Matcher.quoteReplacement(
                            String.format("\\U%08x", found.group().codePointAt(0))));
        }
    }

    /** What can be asked of Prometheus about a job. */
    enum Figure {
        CPU("cpu-query", true, PrometheusSettings::cpuQuery, ResourceUtilization::cpuUsage),
        MEMORY("memory-query", true, PrometheusSettings::memoryQuery, ResourceUtilization::memoryUsage),
        GPU_MEMORY("gpu-memory-query", false, PrometheusSettings::gpuMemoryQuery, ResourceUtilization::gpuMemoryUsed);

        /** Rates are extrapolated, so that a full processor is sometimes told as a little more than 100 %. */
        private static final double OVERSHOOT = 110;

        private final String key;
        private final boolean percent;
        private final Function<PrometheusSettings, Optional<String>> query;
        private final Function<ResourceUtilization, Double> told;

        Figure(
                String key,
                boolean percent,
                Function<PrometheusSettings, Optional<String>> query,
                Function<ResourceUtilization, Double> told) {
            this.key = key;
            this.percent = percent;
            this.query = query;
            this.told = told;
        }

        /** The last part of the setting. */
        String key() {
            return key;
        }

        Optional<String> query(PrometheusSettings settings) {
            return query.apply(settings);
        }

        /** What the tenant tells; {@code null} where it does not. */
        Double of(ResourceUtilization used) {
            return told.apply(used);
        }

        ResourceUtilization into(ResourceUtilization others, Double value) {
            return switch (this) {
                case CPU -> new ResourceUtilization(value, others.memoryUsage(), others.gpuMemoryUsed());
                case MEMORY -> new ResourceUtilization(others.cpuUsage(), value, others.gpuMemoryUsed());
                case GPU_MEMORY -> new ResourceUtilization(others.cpuUsage(), others.memoryUsage(), value);
            };
        }

        /** The value as a status can hold it; {@code null} where it cannot be this figure. */
        Double within(double value) {
            if (value < 0 || percent && value > OVERSHOOT) {
                return null;
            }
            return percent ? Math.min(value, 100) : value;
        }

        String range() {
            return percent ? "0 to 100" : "0 or more";
        }
    }
}
