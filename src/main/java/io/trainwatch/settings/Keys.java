package io.trainwatch.settings;

import io.trainwatch.verdict.Windows;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every {@code trainwatch.*} key there is. A key that does not stand here is refused. */
final class Keys {

    static final String PREFIX = "trainwatch.";

    /** The event types that a webhook can ask for. */
    static final List<String> EVENT_TYPES = List.of(
            "job.completed",
            "job.failed",
            "job.cancelled",
            "job.cancel_requested",
            "job.cancel_failed",
            "job.breached",
            "job.invalid",
            "job.unreachable",
            "job.reversed");

    /** The sections of the documentation. */
    enum Group {
        TENANTS("Tenants", "One set of keys for each Cognigy.AI tenant; `<alias>` is a name of your choice."),
        JOBS("Jobs", "What is watched from the start."),
        POLLING("Polling", "How often and by how many workers jobs are looked at."),
        REQUESTS("Requests to tenants", "Limits of a single request."),
        NETWORK("Network", "The way to tenants, token endpoints, webhooks and Prometheus; see [tenants](tenants.md)."),
        POLICY("Policy", "When a job is stopped."),
        WEBHOOKS("Webhooks", "One set of keys for each receiver; `<name>` is a name of your choice."),
        AUDIT("Audit", "The record of what was done and why."),
        HISTORY("History", "What looks showed, kept for trying policies on it."),
        STORE("Store", "Where the watch list, pending deliveries and the journal are kept."),
        HTTP("HTTP", "The API: statistics, jobs and health."),
        INSTALLATION("Installation", "This installation.");

        private final String title;
        private final String intro;

        Group(String title, String intro) {
            this.title = title;
            this.intro = intro;
        }

        String title() {
            return title;
        }

        String intro() {
            return intro;
        }
    }

    /** Filled by the definitions below, in their order; hence declared before them. */
    private static final List<Setting<?>> DEFINED = new ArrayList<>();

    static final Setting<URI> TENANT_BASE_URL = required(
            Group.TENANTS,
            "tenant.<alias>.base-url",
            Addresses.url(),
            "The URL that every call to the tenant starts with, such as `https://tenant.example/api/v2`.");
    static final Setting<TenantApi> TENANT_API = withDefault(
            Group.TENANTS,
            "tenant.<alias>.api",
            ValueType.oneOf(TenantApi.class),
            "training",
            "The API that the tenant speaks: `training` is the one with a resource for each training job, `tasks` the one"
                    + " that Cognigy.AI serves.");
    static final Setting<String> TENANT_PATH_PREFIX = withDefault(
            Group.TENANTS,
            "tenant.<alias>.path-prefix",
            Addresses.pathPrefix(),
            "/new/v2.0",
            "What the paths of the `tasks` API start with, below the base URL; `/v2.0` on some installations.");
    static final Setting<String> TENANT_CLIENT_ID = optional(
            Group.TENANTS,
            "tenant.<alias>.client-id",
            ValueType.text(),
            "The OAuth2 client; without one and without an API key, the tenant is called without a token.");
    static final Setting<Secret> TENANT_CLIENT_SECRET = optional(
            Group.TENANTS, "tenant.<alias>.client-secret", ValueType.secretText(), "The secret of the OAuth2 client.");
    static final Setting<String> TENANT_SCOPES = withDefault(
            Group.TENANTS,
            "tenant.<alias>.scopes",
            ValueType.text(),
            "ai:training:read ai:training:write",
            "The OAuth2 scopes to ask for, separated by spaces; cancelling a job needs the write scope. With the `tasks` API"
                    + " none are asked for unless given.");
    static final Setting<URI> TENANT_TOKEN_URL = optional(
            Group.TENANTS,
            "tenant.<alias>.token-url",
            Addresses.receiverUrl(),
            "Where tokens are fetched, with a query where the endpoint wants one; `/oauth/token` below the base URL unless"
                    + " given, and `/auth/oauth2/token` with the `tasks` API.");
    static final Setting<ClientAuth> TENANT_CLIENT_AUTH = withDefault(
            Group.TENANTS,
            "tenant.<alias>.client-auth",
            ValueType.oneOf(ClientAuth.class),
            "auto",
            "How the client shows the token endpoint its id and secret: in the form (`post`), by HTTP Basic (`basic`), or in"
                    + " the one of the two that the endpoint takes.");
    static final Setting<List<Map.Entry<String, String>>> TENANT_TOKEN_PARAMS = optional(
            Group.TENANTS,
            "tenant.<alias>.token-params",
            ValueType.formFields(),
            "Further fields of the form that the token endpoint is sent, such as `audience=https://tenant.example;"
                    + " resource=training`.");
    static final Setting<Secret> TENANT_API_KEY = optional(
            Group.TENANTS,
            "tenant.<alias>.api-key",
            ValueType.secretText(),
            "The API key of a user, in place of an OAuth2 client; with the `tasks` API only.");
    static final Setting<Double> TENANT_MAX_REQUESTS_PER_SECOND = optional(
            Group.TENANTS,
            "tenant.<alias>.max-requests-per-second",
            Quantities.positive(10_000),
            "The requests per second that all nodes together send to the tenant, on average; lists of tasks may be 90 s of it"
                    + " ahead. Unless given, 2.5 for hosts of Cognigy, which publishes a limit of 1,000 in 5 minutes, and"
                    + " unlimited for others.");
    static final Setting<Integer> TENANT_MAX_CANCELS = optional(
            Group.TENANTS,
            "tenant.<alias>.max-cancels-per-hour",
            Quantities.integer(0, 100_000),
            "The jobs of the tenant that are cancelled within an hour, at most; `trainwatch.policy.max-cancels-per-hour`"
                    + " unless given.");
    static final Setting<List<String>> TENANT_DISCOVER = optional(
            Group.TENANTS,
            "tenant.<alias>.discover",
            ValueType.list(),
            "The projects whose tasks are found by listing, or `*` for all that the client is a member of; with the `tasks`"
                    + " API only.");
    static final Setting<List<String>> TENANT_DISCOVER_TASKS = withDefault(
            Group.TENANTS,
            "tenant.<alias>.discover-tasks",
            ValueType.list(),
            "trainIntents, trainYesNoIntents, trainAllProjectFlows",
            "The names of the tasks that are watched when they are found; `*` for all.");
    static final Setting<Duration> TENANT_DISCOVER_SINCE = withDefault(
            Group.TENANTS,
            "tenant.<alias>.discover-since",
            Quantities.duration("0s", "30d"),
            "0s",
            "Tasks that had ended before a project was first listed are reported too, where they ended no longer ago than"
                    + " this.");

    static final Setting<URI> TENANT_PROMETHEUS_URL = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.url",
            Addresses.url(),
            "The Prometheus that knows what the tenant's jobs use, such as `http://prometheus:9090`; see"
                    + " [figures](figures.md).");
    static final Setting<Secret> TENANT_PROMETHEUS_TOKEN = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.token",
            ValueType.secretText(),
            "The bearer token for it, where it wants one.");
    static final Setting<String> TENANT_PROMETHEUS_CPU = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.cpu-query",
            PromQl.query(),
            "The query for a job's CPU usage in percent; `$tenant`, `$project` and `$job` stand for the job.");
    static final Setting<String> TENANT_PROMETHEUS_MEMORY = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.memory-query",
            PromQl.query(),
            "The query for a job's memory usage in percent.");
    static final Setting<String> TENANT_PROMETHEUS_GPU_MEMORY = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.gpu-memory-query",
            PromQl.query(),
            "The query for the GPU memory that a job uses, in the unit of the policy's limit.");
    static final Setting<String> TENANT_PROMETHEUS_JOB_LABEL = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.job-label",
            PromQl.label(),
            "The label that holds the job's id, where one query tells of several jobs.");
    static final Setting<Duration> TENANT_PROMETHEUS_MAX_AGE = withDefault(
            Group.TENANTS,
            "tenant.<alias>.prometheus.max-age",
            Quantities.duration("1s", "1h"),
            "2m",
            "Samples that are older count as missing.");
    static final Setting<Map<String, Secret>> TENANT_PROMETHEUS_HEADERS = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.headers",
            ValueType.headers(),
            "Headers to send it besides, such as `X-Scope-OrgID: ml` or `Authorization: Basic …`.");
    static final Setting<Path> TENANT_PROMETHEUS_TRUSTSTORE = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.truststore",
            Addresses.file(),
            "The certificates that it is trusted by (PEM, PKCS12 or JKS), in place of those that Java trusts; read"
                    + " again when it changes.");
    static final Setting<Secret> TENANT_PROMETHEUS_TRUSTSTORE_PASSWORD = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.truststore-password",
            ValueType.secretText(),
            "The password of that file, where it has one.");
    static final Setting<Path> TENANT_PROMETHEUS_CERTIFICATE = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.client-certificate",
            Addresses.file(),
            "The certificate and its key that it is shown (PEM, PKCS12 or JKS); read again when it changes.");
    static final Setting<Secret> TENANT_PROMETHEUS_CERTIFICATE_PASSWORD = optional(
            Group.TENANTS,
            "tenant.<alias>.prometheus.client-certificate-password",
            ValueType.secretText(),
            "The password of that file, where it has one.");
    // Behind those of Prometheus, whose names end alike.
    static final Setting<Path> TENANT_TRUSTSTORE = optional(
            Group.TENANTS,
            "tenant.<alias>.truststore",
            Addresses.file(),
            "The certificates that the tenant and its token endpoint is trusted by (PEM, PKCS12 or JKS), in place of those that Java trusts; read"
                    + " again when it changes.");
    static final Setting<Secret> TENANT_TRUSTSTORE_PASSWORD = optional(
            Group.TENANTS,
            "tenant.<alias>.truststore-password",
            ValueType.secretText(),
            "The password of that file, where it has one.");
    static final Setting<Path> TENANT_CERTIFICATE = optional(
            Group.TENANTS,
            "tenant.<alias>.client-certificate",
            Addresses.file(),
            "The certificate and its key that the tenant and its token endpoint is shown (PEM, PKCS12 or JKS); read again when it changes.");
    static final Setting<Secret> TENANT_CERTIFICATE_PASSWORD = optional(
            Group.TENANTS,
            "tenant.<alias>.client-certificate-password",
            ValueType.secretText(),
            "The password of that file, where it has one.");

    static final Setting<List<String>> JOBS = optional(
            Group.JOBS,
            "jobs",
            ValueType.list(),
            "The jobs to watch, each `[alias:]project/job`; the alias may be left out where there is one tenant.");
    static final Setting<Path> JOBS_DIRECTORY = withDefault(
            Group.JOBS,
            "jobs-directory",
            Addresses.directory(),
            "jobs",
            "A JSON file in this folder, such as `{\"project\": \"p1\", \"job\": \"a\"}`, has its jobs watched for as long as it"
                    + " is there.");

    static final Setting<Duration> POLL_INTERVAL = withDefault(
            Group.POLLING,
            "poll.interval",
            Quantities.duration("100ms", "24h"),
            "15s",
            "The longest time between two looks at a running job, unless adapted.");
    static final Setting<Duration> POLL_LIST_INTERVAL = withDefault(
            Group.POLLING,
            "poll.list-interval",
            Quantities.duration("100ms", "24h"),
            "3500ms",
            "The time between two lists of the tasks of a project, where one list takes the place of many looks.");
    static final Setting<Integer> POLL_WORKERS = withDefault(
            Group.POLLING, "poll.workers", Quantities.integer(1, 1000), "32", "The looks that are under way at once.");
    static final Setting<Duration> POLL_TICK = withDefault(
            Group.POLLING,
            "poll.tick",
            Quantities.duration("10ms", "10s"),
            "250ms",
            "The time between two searches for jobs that are due.");
    static final Setting<Duration> POLL_LEASE = withDefault(
            Group.POLLING,
            "poll.lease",
            Quantities.duration("1s", "1h"),
            "20s",
            "How long a node owns a job or a delivery that it claimed; it extends that while it is at work,"
                    + " and when it is gone, another may take it after this time.");
    static final Setting<Duration> POLL_UNREACHABLE_AFTER = withDefault(
            Group.POLLING,
            "poll.unreachable-after",
            Quantities.duration("1s", "7d"),
            "5m",
            "How long a tenant gives no answer about a job before the job is reported as unreachable.");
    static final Setting<Duration> POLL_CONFIRM_AFTER = withDefault(
            Group.POLLING,
            "poll.confirm-after",
            Quantities.duration("0s", "7d"),
            "60s",
            "How long after its end a job is looked at once more, to see whether it stays so; `0s`: it is not.");

    static final Setting<Duration> REQUEST_CONNECT_TIMEOUT = withDefault(
            Group.REQUESTS,
            "request.connect-timeout",
            Quantities.duration("100ms", "5m"),
            "5s",
            "The time allowed for a connection to a tenant.");
    static final Setting<Duration> REQUEST_TIMEOUT = withDefault(
            Group.REQUESTS,
            "request.timeout",
            Quantities.duration("100ms", "5m"),
            "10s",
            "The time allowed for a tenant's answer.");
    static final Setting<Long> REQUEST_MAX_RESPONSE = withDefault(
            Group.REQUESTS,
            "request.max-response",
            Quantities.size("1KiB", "64MiB"),
            "1MiB",
            "The largest answer that is read; a larger one is an invalid status.");

    static final Setting<ProxySettings.Proxy> PROXY = optional(
            Group.NETWORK,
            "proxy",
            Addresses.proxy(),
            "The HTTP proxy; unless given, what `HTTPS_PROXY` and `HTTP_PROXY` name, if anything.");
    static final Setting<List<String>> NO_PROXY = optional(
            Group.NETWORK,
            "no-proxy",
            ValueType.list(),
            "The hosts that are reached without a proxy: names, which stand for what is below them too, addresses, networks"
                    + " such as `10.0.0.0/8`, or `*`; unless given, what `NO_PROXY` lists.");

    static final Setting<Boolean> POLICY_AUTO_CANCEL = withDefault(
            Group.POLICY,
            "policy.auto-cancel",
            ValueType.trueOrFalse(),
            "true",
            "Whether a breach cancels the job; with `false`, all jobs are judged and reported only, whatever policies say.");
    static final Setting<Path> POLICY_DIRECTORY = withDefault(
            Group.POLICY,
            "policy.directory",
            Addresses.directory(),
            Settings.USUAL_POLICIES.toString(),
            "A YAML file in this folder is a [policy](policies.md) of its own; the keys below are for jobs that none is for.");
    static final Setting<Integer> POLICY_MAX_CANCELS = withDefault(
            Group.POLICY,
            "policy.max-cancels-per-hour",
            Quantities.integer(0, 100_000),
            "100",
            "The jobs of a tenant that all nodes together cancel within an hour, at most; further ones are only reported"
                    + " until there is room.");
    static final Setting<Double> POLICY_MAX_CPU = withDefault(
            Group.POLICY, "policy.max-cpu", Quantities.percent(), "95", "More CPU usage than this is a breach.");
    static final Setting<Windows> POLICY_CPU_WINDOW = withDefault(
            Group.POLICY,
            "policy.cpu-window",
            Quantities.windows(),
            Windows.DEFAULT.toString(),
            "How many looks at CPU usage over the limit it takes to warn, and to cancel; see [policies](policies.md).");
    static final Setting<Double> POLICY_MAX_MEMORY = withDefault(
            Group.POLICY, "policy.max-memory", Quantities.percent(), "90", "More memory usage than this is a breach.");
    static final Setting<Windows> POLICY_MEMORY_WINDOW = withDefault(
            Group.POLICY,
            "policy.memory-window",
            Quantities.windows(),
            Windows.DEFAULT.toString(),
            "How many looks at memory usage over the limit it takes to warn, and to cancel; see [policies](policies.md).");
    static final Setting<Duration> POLICY_WARM_UP = optional(
            Group.POLICY,
            "policy.warm-up",
            Quantities.duration("0s", "7d"),
            "For how long from the start of its run a job is not judged by CPU and memory; 5m, and no time by a window"
                    + " that only cancels, unless given.");
    static final Setting<Duration> POLICY_MAX_STAGNATION = withDefault(
            Group.POLICY,
            "policy.max-stagnation",
            Quantities.duration("1s", "30d"),
            "300s",
            "No progress for this long is a breach, unless the job's own steps make longer times plausible; see"
                    + " [policies](policies.md).");
    static final Setting<Boolean> POLICY_FIXED_STAGNATION = withDefault(
            Group.POLICY,
            "policy.fixed-stagnation",
            ValueType.trueOrFalse(),
            "false",
            "Whether `max-stagnation` alone decides, however long the job's own steps are.");
    static final Setting<Duration> POLICY_CANCEL_DEADLINE = withDefault(
            Group.POLICY,
            "policy.cancel-deadline",
            Quantities.duration("1s", "7d"),
            "5m",
            "How long after the decision to cancel it a job may run on before `job.cancel_failed` tells;"
                    + " see [cancels](cancels.md).");

    static final Setting<URI> WEBHOOK_URL = required(
            Group.WEBHOOKS, "webhook.<name>.url", Addresses.receiverUrl(), "Where the receiver's events are posted.");
    static final Setting<List<Secret>> WEBHOOK_SECRET = optional(
            Group.WEBHOOKS,
            "webhook.<name>.secret",
            ValueType.signingKeys(),
            "The keys that sign the receiver's events (Standard Webhooks), all that are active; they are unsigned"
                    + " without one.");
    static final Setting<List<String>> WEBHOOK_EVENTS = withDefault(
            Group.WEBHOOKS,
            "webhook.<name>.events",
            ValueType.someOf(EVENT_TYPES),
            "all",
            "The events to send, of `" + String.join("`, `", EVENT_TYPES) + "`.");
    static final Setting<WebhookFormat> WEBHOOK_FORMAT = withDefault(
            Group.WEBHOOKS,
            "webhook.<name>.format",
            ValueType.oneOf(WebhookFormat.class),
            "generic",
            "The shape in which the receiver gets its events.");
    static final Setting<Path> WEBHOOK_TEMPLATE = optional(
            Group.WEBHOOKS,
            "webhook.<name>.template",
            Addresses.file(),
            "A template of your own in place of the format's, see `docs/webhooks.md`.");
    static final Setting<Secret> WEBHOOK_ROUTING_KEY = optional(
            Group.WEBHOOKS,
            "webhook.<name>.routing-key",
            ValueType.secretText(),
            "The integration key of PagerDuty, and what `${routing_key}` stands for in a template.");
    static final Setting<Map<String, Secret>> WEBHOOK_HEADERS = optional(
            Group.WEBHOOKS,
            "webhook.<name>.headers",
            ValueType.headers(),
            "Headers to send besides, such as `Authorization: Bearer …; X-Team: ml`.");
    static final Setting<Duration> WEBHOOK_OWN_TIMEOUT = optional(
            Group.WEBHOOKS,
            "webhook.<name>.timeout",
            Quantities.duration("100ms", "5m"),
            "The time allowed for this receiver's answer; `trainwatch.webhook.timeout` unless given.");
    static final Setting<Integer> WEBHOOK_CONCURRENCY = withDefault(
            Group.WEBHOOKS,
            "webhook.<name>.concurrency",
            Quantities.integer(1, 100),
            "20",
            "The deliveries to the receiver that are under way at once, at most; never more than its equal share of"
                    + " `trainwatch.webhook.workers`.");
    static final Setting<Double> WEBHOOK_RATE = optional(
            Group.WEBHOOKS,
            "webhook.<name>.rate",
            Quantities.positive(10_000),
            "The deliveries per second that all nodes together send to the receiver; unlimited unless given.");
    static final Setting<Boolean> WEBHOOK_PUBLIC_ONLY = withDefault(
            Group.WEBHOOKS,
            "webhook.<name>.public-only",
            ValueType.trueOrFalse(),
            "false",
            "Whether connections are made to public addresses only: for a URL that somebody else fills in.");
    static final Setting<Path> WEBHOOK_TRUSTSTORE = optional(
            Group.WEBHOOKS,
            "webhook.<name>.truststore",
            Addresses.file(),
            "The certificates that the receiver is trusted by (PEM, PKCS12 or JKS), in place of those that Java trusts; read"
                    + " again when it changes.");
    static final Setting<Secret> WEBHOOK_TRUSTSTORE_PASSWORD = optional(
            Group.WEBHOOKS,
            "webhook.<name>.truststore-password",
            ValueType.secretText(),
            "The password of that file, where it has one.");
    static final Setting<Path> WEBHOOK_CERTIFICATE = optional(
            Group.WEBHOOKS,
            "webhook.<name>.client-certificate",
            Addresses.file(),
            "The certificate and its key that the receiver is shown (PEM, PKCS12 or JKS); read again when it changes.");
    static final Setting<Secret> WEBHOOK_CERTIFICATE_PASSWORD = optional(
            Group.WEBHOOKS,
            "webhook.<name>.client-certificate-password",
            ValueType.secretText(),
            "The password of that file, where it has one.");
    static final Setting<Integer> WEBHOOK_WORKERS = withDefault(
            Group.WEBHOOKS,
            "webhook.workers",
            Quantities.integer(1, 1000),
            "200",
            "The deliveries that are under way at once, one for each receiver at least; each may have an equal share of"
                    + " them.");
    static final Setting<Duration> WEBHOOK_TIMEOUT = withDefault(
            Group.WEBHOOKS,
            "webhook.timeout",
            Quantities.duration("100ms", "5m"),
            "15s",
            "The time allowed for a receiver's answer.");
    static final Setting<Duration> WEBHOOK_RETENTION = withDefault(
            Group.WEBHOOKS,
            "webhook.retention",
            Quantities.duration("0s", "3650d"),
            "90d",
            "How long an event is kept once all its receivers have it, for `webhook replay`. What one of them does not"
                    + " have is kept for ever.");

    static final Setting<Path> AUDIT_DIRECTORY = withDefault(
            Group.AUDIT, "audit.directory", Addresses.directory(), "audit", "Where the audit files are written.");
    static final Setting<StatusChecks> AUDIT_STATUS_CHECKS = withDefault(
            Group.AUDIT,
            "audit.status-checks",
            ValueType.oneOf(StatusChecks.class),
            "changes",
            "Which looks get an audit line of their own: every one, those that saw a change, or none.");
    static final Setting<List<Secret>> AUDIT_KEY = optional(
            Group.AUDIT,
            "audit.key",
            ValueType.auditKeys(),
            "The keys of the checkpoints: the first signs, the others check what they signed before; checkpoints are"
                    + " unsigned without one. See [the audit](audit.md).");
    static final Setting<AuditFormat> AUDIT_FORMAT = withDefault(
            Group.AUDIT,
            "audit.format",
            ValueType.oneOf(AuditFormat.class),
            "plain",
            "The names of the members of a line: `plain` ones, or those of the Elastic Common Schema.");
    static final Setting<Long> AUDIT_MAX_SIZE = withDefault(
            Group.AUDIT,
            "audit.max-size",
            Quantities.size("16KiB", "64GiB"),
            "256MiB",
            "The size at which a new file is begun, also within a day.");
    static final Setting<Duration> AUDIT_RETENTION = optional(
            Group.AUDIT,
            "audit.retention",
            Quantities.duration("1m", "36500d"),
            "How long a file is kept behind its last line; it is removed only after it was verified. All are kept unless"
                    + " given.");
    static final Setting<Integer> AUDIT_MAX_WAITING = withDefault(
            Group.AUDIT,
            "audit.max-waiting",
            Quantities.integer(1, 10_000_000),
            "100000",
            "The rows that wait in the store while the file cannot be written; beyond, those that tell of no change are"
                    + " only counted.");

    static final Setting<Duration> HISTORY_RETENTION = withDefault(
            Group.HISTORY,
            "history.retention",
            Quantities.duration("0s", "3650d"),
            "14d",
            "How long looks are kept; `0s` keeps none.");
    static final Setting<Integer> HISTORY_MAX_LOOKS = withDefault(
            Group.HISTORY,
            "history.max-looks",
            Quantities.integer(1, 999_999_999),
            "5000000",
            "How many looks are kept at most, some 200 bytes each; beyond it the oldest are forgotten.");

    static final Setting<String> STORE_URL = withDefault(
            Group.STORE,
            "store.url",
            Addresses.jdbcUrl(),
            "jdbc:sqlite:data/trainwatch.db",
            "The database; PostgreSQL lets several nodes share the work, and on another machine wants"
                    + " `?sslmode=verify-full`: see [security](security.md#postgresql).");
    static final Setting<String> STORE_USER =
            optional(Group.STORE, "store.user", ValueType.text(), "The user of the database.");
    static final Setting<Secret> STORE_PASSWORD =
            optional(Group.STORE, "store.password", ValueType.secretText(), "The password of that user.");

    static final Setting<Boolean> HTTP_ENABLED = withDefault(
            Group.HTTP, "http.enabled", ValueType.trueOrFalse(), "true", "Whether to listen for HTTP at all.");
    static final Setting<String> HTTP_HOST = withDefault(
            Group.HTTP,
            "http.host",
            Addresses.host(),
            "127.0.0.1",
            "The address to listen on; one that other machines reach needs a token.");
    static final Setting<Integer> HTTP_PORT = withDefault(
            Group.HTTP, "http.port", Quantities.port(), "8080", "The port to listen on; 0 is any that is free.");
    static final Setting<Secret> HTTP_TOKEN = optional(
            Group.HTTP,
            "http.token",
            ValueType.secretText(),
            "The bearer token that every caller must present, of 16 characters or more.");

    static final Setting<Path> ROUTES_DIRECTORY = withDefault(
            Group.INSTALLATION,
            "routes.directory",
            Addresses.directory(),
            Settings.USUAL_ROUTES.toString(),
            "Where routes are read from that take the place of Trainwatch's with the same ids, or are added; `bin/trainwatch` reads those beside it unless this is given.");
    static final Setting<String> NODE = optional(
            Group.INSTALLATION,
            "node",
            ValueType.textOrBlank(),
            "The name of this node, different for each that shares a store; the host's name unless given.");
    static final Setting<Duration> WATCH_DRAIN = withDefault(
            Group.INSTALLATION,
            "watch.drain",
            Quantities.duration("0s", "1h"),
            "30s",
            "How long the `watch` command waits for deliveries once its jobs have ended.");

    /** In the order of the documentation. */
    static final List<Setting<?>> ALL = List.copyOf(DEFINED);

    /** A key, and the name of the tenant or webhook in it; the name is empty where there is only one such key. */
    record Match(Setting<?> setting, String name) {}

    private Keys() {}

    /** The setting that the key belongs to; the name in it may be one that is not allowed. */
    static Optional<Match> match(String key) {
        for (Setting<?> setting : ALL) {
            if (setting.pattern().equals(key)) {
                return Optional.of(new Match(setting, ""));
            }
        }
        for (Setting<?> setting : ALL) {
            Optional<String> name = setting.nameIn(key);
            if (name.isPresent()) {
                return Optional.of(new Match(setting, name.get()));
            }
        }
        return Optional.empty();
    }

    private static <T> Setting<T> withDefault(
            Group group, String key, ValueType<T> type, String defaultText, String meaning) {
        return define(new Setting<>(group, PREFIX + key, type, Optional.of(defaultText), false, meaning));
    }

    private static <T> Setting<T> optional(Group group, String key, ValueType<T> type, String meaning) {
        return define(new Setting<>(group, PREFIX + key, type, Optional.empty(), false, meaning));
    }

    private static <T> Setting<T> required(Group group, String key, ValueType<T> type, String meaning) {
        return define(new Setting<>(group, PREFIX + key, type, Optional.empty(), true, meaning));
    }

    private static <T> Setting<T> define(Setting<T> setting) {
        DEFINED.add(setting);
        return setting;
    }
}
