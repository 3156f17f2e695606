package io.trainwatch.cli.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.http.Clients;
import io.trainwatch.optional.prometheus.Figures;
import io.trainwatch.optional.prometheus.PrometheusSettings;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.Tenants;
import io.trainwatch.tenant.TokenPost;
import io.trainwatch.webhook.Payload.Format;
import io.trainwatch.webhook.WebhookSettings;
import io.trainwatch.webhook.WebhookTarget;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Looks at all that Trainwatch needs before it is needed, and says what to do about what is not right. Changes nothing: no
 * event is sent, no job is cancelled, no table is made.
 *
 * <p>Is over within {@link #LONGEST}, whoever does not answer: what is not known by then is a problem of its own.
 */
public final class Preflight implements AutoCloseable {

    /** Of all checks together. */
    public static final Duration LONGEST = Duration.ofSeconds(14);

    private static final Duration FIRST_PART = Duration.ofSeconds(9);
    private static final int AT_ONCE = 16;

    private final Settings settings;
    private final List<Problem> routes;
    private final SingleRequests requests;
    private final Tenants tenants;
    private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, task -> {
        Thread thread = new Thread(task, "trainwatch-check");
        thread.setDaemon(true); // one that waits for an answer must not keep the process
        return thread;
    });

    private Preflight(Settings settings, List<Problem> routes, SingleRequests requests, Tenants tenants) {
        this.settings = settings;
        this.routes = routes;
        this.requests = requests;
        this.tenants = tenants;
    }

    /**
     * For a process that does nothing else.
     *
     * @param routes what keeps those of these settings from being made
     */
    public static Preflight of(Settings settings, List<Problem> routes, InstantSource clock) {
        SingleRequests requests = new SingleRequests(settings, clock);
        Tenants tenants = new Tenants(
                settings.get(TenantSettings.TENANTS),
                Tenants.Gate.OPEN,
                (alias, tokenUrl, way) -> requests.post(
                        Clients.tenant(alias),
                        tokenUrl,
                        TokenPost.of(
                                settings.get(TenantSettings.TENANTS)
                                        .get(alias)
                                        .credentials()
                                        .orElseThrow(),
                                way)),
                new RepeatedFaults(),
                clock);
        return new Preflight(settings, routes, requests, tenants);
    }

    /** For a process that runs: its own tokens are used, so that no second one is asked for. */
    public static Preflight beside(Settings settings, Tenants tenants, InstantSource clock) {
        return new Preflight(settings, List.of(), new SingleRequests(settings, clock), tenants);
    }

    /** Everything, in the order in which it is told. */
    public List<Check> all() {
        MachineChecks machine = new MachineChecks(settings, requests);
        Map<String, Callable<List<Check>>> first = new LinkedHashMap<>();
        first.put("audit directory", () -> List.of(machine.auditDirectory()));
        first.put("jobs directory", () -> List.of(machine.jobsDirectory()));
        first.put("file systems", machine::fileSystems);
        first.put("policies", machine::policies);
        first.put("routes", () -> List.of(machine.routes(routes)));
        first.put("routes open to all", machine::openRoutes);
        first.put("store", () -> List.of(machine.store()));
        first.put("http", () -> List.of(machine.port()));
        List<Check> all = new ArrayList<>(run(first));
        settings.warnings().forEach(warning -> all.add(Check.warning("settings", "", warning, null)));
        return all;
    }

    /**
     * What others provide: tenants, webhook targets, directories. For a process that has opened store and port, and tells
     * what is wrong with policy files, itself.
     */
    public List<Check> outside() {
        MachineChecks machine = new MachineChecks(settings, requests);
        Map<String, Callable<List<Check>>> first = new LinkedHashMap<>();
        first.put("audit directory", () -> List.of(machine.auditDirectory()));
        first.put("jobs directory", () -> List.of(machine.jobsDirectory()));
        first.put("policies", () -> machine.policyFolder().stream().toList());
        first.put("routes", () -> List.of(machine.routes(routes)));
        return run(first);
    }

    private List<Check> run(Map<String, Callable<List<Check>>> first) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        Map<String, TenantChecks> byTenant = new LinkedHashMap<>();
        for (TenantSettings tenant : settings.get(TenantSettings.TENANTS).values()) {
            TenantChecks checks = new TenantChecks(tenant, settings, tenants, requests);
            byTenant.put(checks.subject(), checks);
            first.put(checks.subject(), checks::access);
            PrometheusSettings source = settings.get(PrometheusSettings.SOURCES).get(tenant.alias());
            if (source != null) {
                PrometheusChecks prometheus = new PrometheusChecks(source, requests);
                first.put(prometheus.subject() + " prometheus", () -> List.of(prometheus.check()));
            }
        }
        settings.get(WebhookSettings.WEBHOOKS)
                .forEach((name, webhook) -> first.put(
                        "webhook " + name, () -> List.of(WebhookCheck.of(webhook.target(), requests.clients()))));
        List<Check> found = inTime(first, byTenant, FIRST_PART.toNanos());
        Map<String, Callable<List<Check>>> second = new LinkedHashMap<>();
        byTenant.forEach((subject, checks) -> {
            boolean usable = found.stream()
                    .filter(check -> check.subject().equals(subject) && isAccess(check))
                    .noneMatch(check -> check.status() == Check.Status.PROBLEM);
            for (String project : checks.projects()) {
                second.put(
                        subject + " project " + project,
                        () -> List.of(usable ? checks.project(project) : notTried(subject, project)));
            }
        });
        List<Check> all = new ArrayList<>(found);
        all.addAll(inTime(second, Map.of(), deadline - System.nanoTime()));
        return all;
    }

    private static boolean isAccess(Check check) {
        return check.what().equals("connection")
                || check.what().equals("credentials")
                || check.what().equals("answer");
    }

    private static Check notTried(String subject, String project) {
        return Check.unknown(subject, "project " + project, "not tried before the tenant can be called");
    }

    /** Those that are not over in time are told as such. */
    private List<Check> inTime(
            Map<String, Callable<List<Check>>> tasks, Map<String, TenantChecks> byTenant, long nanos) {
        List<Check> checks = new ArrayList<>();
        try {
            List<Future<List<Check>>> futures =
                    workers.invokeAll(tasks.values(), Math.max(nanos, 1), TimeUnit.NANOSECONDS);
            int index = 0;
            for (String subject : tasks.keySet()) {
                checks.addAll(result(subject, futures.get(index++), byTenant.get(subject)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return checks;
    }

    private static List<Check> result(String subject, Future<List<Check>> future, TenantChecks tenant)
            throws InterruptedException {
        try {
            return future.get();
        } catch (CancellationException e) {
            List<Check> checks = new ArrayList<>(tenant == null ? List.of() : tenant.found());
            checks.add(Check.problem(
                    subject,
                    "answer",
                    "none in time",
                    "See whether it can be reached from this machine, and try again."));
            return checks;
        } catch (ExecutionException e) {
            return List.of(
                    Check.problem(subject, "answer", "the check failed", Words.of(e.getCause()) + ". Report it."));
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        requests.close();
    }

    /** Whether a webhook target can be reached. Sends nothing but the TLS handshake. */
    static final class WebhookCheck {

        private static final String WHAT = "connection";
        /** Receivers of these check signatures; the others are somebody else's and check none. */
        private static final Set<Format> SIGNED =
                EnumSet.of(Format.GENERIC, Format.CLOUDEVENTS_STRUCTURED, Format.CLOUDEVENTS_BINARY);

        private WebhookCheck() {}

        static Check of(WebhookTarget webhook, Clients clients) {
            String subject = "webhook " + webhook.name();
            String key = "trainwatch.webhook." + webhook.name();
            if (webhook.camelUri().isPresent()) {
                return Check.ok(subject, "endpoint", webhook.origin() + " gets what is sent; it is made at the start");
            }
            try {
                Connection connection =
                        Connection.open(clients, Clients.webhook(webhook.name()), webhook.url(), webhook.publicOnly());
                return SIGNED.contains(webhook.payload().format())
                                && webhook.signature().isEmpty()
                        ? Check.warning(
                                subject,
                                WHAT,
                                connection.describe() + "; events are not signed",
                                "Set " + key + ".secret, so that the receiver can tell them from others.")
                        : Check.ok(subject, WHAT, connection.describe());
            } catch (IOException e) {
                return Unreachable.check(subject, WHAT, webhook.url(), key + ".url", e);
            }
        }
    }

    /** Whether a tenant's Prometheus takes the queries that are configured. */
    static final class PrometheusChecks {

        private static final String WHAT = "prometheus";
        private static final ObjectMapper MAPPER = new ObjectMapper();

        private final PrometheusSettings prometheus;
        private final SingleRequests requests;

        PrometheusChecks(PrometheusSettings prometheus, SingleRequests requests) {
            this.prometheus = prometheus;
            this.requests = requests;
        }

        String subject() {
            return "tenant " + prometheus.tenant();
        }

        Check check() {
            Map<String, String> headers = Figures.headers(prometheus);
            Duration ahead = Duration.ZERO;
            try {
                for (Map.Entry<String, String> query :
                        Figures.examples(prometheus.tenant(), prometheus).entrySet()) {
                    SingleRequests.Answer answer =
                            requests.get(Clients.prometheus(prometheus.tenant()), address(query.getValue()), headers);
                    if (!answer.isSuccess()) {
                        return refused(query.getKey(), answer.status());
                    }
                    Optional<String> problem = Figures.problemOf(MAPPER, answer.body());
                    if (problem.isPresent()) {
                        return Check.problem(
                                subject(),
                                WHAT,
                                "its answer cannot be used: " + problem.get(),
                                "Correct " + key(query.getKey()) + ".");
                    }
                    ahead = answer.ahead().orElse(Duration.ZERO);
                }
            } catch (IOException e) {
                return Unreachable.check(subject(), WHAT, prometheus.url(), key("url"), e);
            }
            return ahead.abs().compareTo(Figures.MAX_SKEW) <= 0
                    ? Check.ok(subject(), WHAT, "takes the queries")
                    : Check.warning(
                            subject(),
                            WHAT,
                            "takes the queries, but its clock is " + ahead.abs().toSeconds() + " s "
                                    + (ahead.isNegative() ? "behind" : "ahead of") + " this machine's",
                            "Set both clocks by NTP: samples that are older than " + key("max-age")
                                    + " count as missing.");
        }

        private Check refused(String query, int status) {
            return switch (status) {
                case 400, 422 ->
                    Check.problem(
                            subject(), WHAT, status + ": it calls the query wrong", "Correct " + key(query) + ".");
                case 401, 403 ->
                    Check.problem(
                            subject(),
                            WHAT,
                            status + ": it refuses the token",
                            "Check " + key("token") + " and .headers.");
                case 404 ->
                    Check.problem(
                            subject(),
                            WHAT,
                            "404: there is no Prometheus HTTP API",
                            "Check " + key("url") + "; it is what stands before /api/v1.");
                default -> Check.problem(subject(), WHAT, status + ": it fails", "See to the Prometheus.");
            };
        }

        private URI address(String query) {
            return URI.create(prometheus.url() + "/api/v1/query?query="
                    + URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20"));
        }

        private String key(String name) {
            return "trainwatch.tenant." + prometheus.tenant() + ".prometheus." + name;
        }
    }
}
