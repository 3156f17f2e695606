package io.trainwatch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trainwatch.api.Api;
import io.trainwatch.api.DeliveriesApi;
import io.trainwatch.api.EmbeddedHttp;
import io.trainwatch.api.Explanations;
import io.trainwatch.api.Health;
import io.trainwatch.api.HealthChecks;
import io.trainwatch.api.HostGuard;
import io.trainwatch.api.HttpSettings;
import io.trainwatch.api.JobsApi;
import io.trainwatch.api.Probes;
import io.trainwatch.api.ServiceApi;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditBarrier;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.AuditExport;
import io.trainwatch.audit.AuditHealth;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.audit.AuditRetention;
import io.trainwatch.audit.FinalFlush;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.ErrorHandling;
import io.trainwatch.errors.RetryWithinLook;
import io.trainwatch.errors.RouteEnds;
import io.trainwatch.errors.Words;
import io.trainwatch.http.ClientComponent;
import io.trainwatch.http.Clients;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.http.RequestSettings;
import io.trainwatch.job.StatusReader;
import io.trainwatch.measure.Measures;
import io.trainwatch.optional.discovery.DiscoverySettings;
import io.trainwatch.optional.discovery.DroppedFiles;
import io.trainwatch.optional.discovery.ListedLook;
import io.trainwatch.optional.discovery.Listing;
import io.trainwatch.optional.discovery.ProjectLists;
import io.trainwatch.optional.discovery.WatchRequest;
import io.trainwatch.optional.history.Forgetting;
import io.trainwatch.optional.history.History;
import io.trainwatch.optional.history.HistorySettings;
import io.trainwatch.optional.history.JobLooks;
import io.trainwatch.optional.metrics.Measuring;
import io.trainwatch.optional.metrics.Metrics;
import io.trainwatch.optional.prometheus.Figures;
import io.trainwatch.optional.prometheus.PrometheusSettings;
import io.trainwatch.optional.report.ReportFailures;
import io.trainwatch.optional.report.Reports;
import io.trainwatch.optional.training.Trainings;
import io.trainwatch.rules.Policies;
import io.trainwatch.rules.PolicyFiles;
import io.trainwatch.rules.PolicySettings;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.store.MachineClock;
import io.trainwatch.store.MeasuredClock;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.tenant.ClientAuth;
import io.trainwatch.tenant.RequestTimes;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.Tenants;
import io.trainwatch.watch.JobsSettings;
import io.trainwatch.watch.Leases;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.LooksUnderWay;
import io.trainwatch.watch.OrderedCancels;
import io.trainwatch.watch.PollSettings;
import io.trainwatch.watch.Watch;
import io.trainwatch.watch.WatchList;
import io.trainwatch.webhook.Deliveries;
import io.trainwatch.webhook.Delivery;
import io.trainwatch.webhook.EndpointComponent;
import io.trainwatch.webhook.EventList;
import io.trainwatch.webhook.OldEvents;
import io.trainwatch.webhook.Outbox;
import io.trainwatch.webhook.Undelivered;
import io.trainwatch.webhook.WebhookSettings;
import io.trainwatch.webhook.WebhookTarget;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.util.ObjectHelper;

/**
 * Makes the objects of the pipeline and binds those that routes name, under the names that the routes use.
 *
 * <p>In the registry, a {@link Clock} named {@value #CLOCK} takes the place of the machine's wall clock, a
 * {@link MachineClock} that of both of its clocks, and another {@link InstantSource} of that name that of the time that is
 * made of them; a {@link JobsToWatch} takes the place of the jobs in the settings, and a {@link StoreBeingOpened} that of
 * opening the store here. Belongs to one context; {@link #close} when the context has stopped.
 */
public final class TrainwatchBeans implements AutoCloseable {

    /** A host's own clock, which may stand still in its tests, is none of ours. */
    private static final String CLOCK = "trainwatchClock";

    private final CamelContext context;
    private final Settings settings;
    private final StoreClock clock;
    private final DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
    private final RequestTimes requestTimes = new RequestTimes();
    private final StoreBeingOpened opening;
    private final Store store;
    private final Journal journal;
    private final Outbox outbox;
    private final Deliveries deliveries;
    private final Watch watch;
    private final Policies policies;
    private final PolicyFiles policyFiles;
    private final AuditOptions auditOptions;
    private final Map<String, WebhookTarget> targets = new LinkedHashMap<>();
    private final Tenants tenants;
    private final ProjectLists projectLists;
    private final DroppedFiles droppedFiles;
    private final Trainings trainings;
    private final AuditHealth auditHealth = new AuditHealth();
    private final AuditExport auditExport;
    private final AuditRetention auditRetention;
    private final RetryWithinLook retry;
    private final Clients clients;
    private final Optional<ClockKeeper> clockKeeper;
    private final Health health;
    private final boolean isEmbedded;
    private final List<String> bound = new ArrayList<>();
    private volatile Measures measures = Measures.NONE;

    /** @param isEmbedded whether the context is another runtime's */
    TrainwatchBeans(CamelContext context, Settings settings, boolean isEmbedded) {
        this.context = context;
        this.settings = settings;
        this.isEmbedded = isEmbedded;
        StoreBeingOpened begun = context.getRegistry().findSingleByType(StoreBeingOpened.class);
        this.opening = begun == null ? StoreBeingOpened.in(context, settings) : begun;
        this.store = opening.store();
        this.clock = clock();
        this.retry = new RetryWithinLook(clock, random);
        this.clients = new Clients(
                TrainwatchSettings.callees(settings),
                settings.get(ProxySettings.PROXIES),
                clock,
                requestTimes::configureHttpClient);
        String node = opening.node().id();
        this.journal = new Journal(store);
        settings.get(WebhookSettings.WEBHOOKS).forEach((name, webhook) -> targets.put(name, webhook.target()));
        Duration lease = settings.get(PollSettings.LEASE);
        PolicySettings policy = settings.get(PolicySettings.POLICY);
        this.outbox = new Outbox(
                store,
                targets,
                journal,
                node,
                lease,
                settings.get(WebhookSettings.MAX_UNDER_WAY),
                ThreadLocalRandom.current()::nextDouble,
                clock);
        this.deliveries = new Deliveries(outbox, clock);
        ProducerTemplate template = context.createProducerTemplate();
        this.tenants = new Tenants(
                tenantSettings(),
                gate(),
                (alias, url, way) -> requestToken(template, alias, url, way),
                outbox.faults(),
                clock);
        this.policies = new Policies(policy, settings.get(PollSettings.INTERVAL));
        this.policyFiles = new PolicyFiles(policy, policies, store, journal, outbox.faults(), clock);
        this.auditOptions = settings.get(AuditOptions.AUDIT).ownedBy(folderOwner());
        this.watch = new Watch(
                store,
                node,
                journal,
                new AuditBarrier(journal, auditHealth),
                outbox,
                new History(store, !settings.get(HistorySettings.RETENTION).isZero()),
                policies,
                new Watch.Options(
                        settings.get(PollSettings.INTERVAL),
                        listInterval(),
                        settings.get(PollSettings.NEAR_END),
                        tenants::hasLists,
                        lease,
                        longestLook(),
                        settings.get(PollSettings.WORKERS),
                        settings.get(PollSettings.UNREACHABLE_AFTER),
                        settings.get(PollSettings.CONFIRM_AFTER),
                        policy.cancelDeadline(),
                        settings.get(AuditOptions.STATUS_CHECKS),
                        requestsPerSecond(),
                        this::cancelsPerHour),
                random,
                clock);
        this.auditRetention = new AuditRetention(store, auditOptions, auditHealth, clock);
        this.projectLists = new ProjectLists(
                store,
                watch,
                new ProjectLists.Options(
                        listInterval(), lease, settings.get(DiscoverySettings.DISCOVERIES), tenantsWithLists()),
                clock);
        this.droppedFiles = new DroppedFiles(
                settings.get(JobsSettings.DIRECTORY),
                folderOwner(),
                tenantSettings().keySet(),
                store,
                watch,
                clock);
        this.trainings = new Trainings(
                store,
                watch,
                journal,
                new Trainings.Options(node, longestTry(), settings.get(PollSettings.UNREACHABLE_AFTER)),
                clock);
        this.auditExport = new AuditExport(store, node, auditOptions, journal, auditHealth, watch.faults(), clock);
        this.health = new Health(watch.list(), journal, auditHealth, watch.leases(), outbox::targetStates, troubles());
        this.clockKeeper = clock instanceof MeasuredClock measured ? Optional.of(keeper(measured)) : Optional.empty();
    }

    private Tenants.Gate gate() {
        return new Tenants.Gate() {
            @Override
            public void check(Exchange exchange) {
                watch.pauses().check(exchange);
            }

            @Override
            public void heard(Exchange exchange) {
                watch.pauses().heedQuota(exchange);
            }
        };
    }

    private StoreClock clock() {
        Object bound = context.getRegistry().lookupByName(CLOCK);
        if (bound instanceof InstantSource time && !(bound instanceof Clock)) {
            return StoreClock.of(time);
        }
        MachineClock machine = context.getRegistry().findSingleByType(MachineClock.class);
        InstantSource wall = bound instanceof Clock clock ? clock : InstantSource.system();
        return new MeasuredClock(
                machine == null ? new MachineClock(wall, System::nanoTime) : machine,
                store::databaseTime,
                settings.get(PollSettings.LEASE));
    }

    private ClockKeeper keeper(MeasuredClock measured) {
        List<KeptTimes.Longest> longest = new ArrayList<>(watch.longestWaits());
        longest.add(new KeptTimes.Longest(
                "delivery", "lease_until", "status = 'pending'", settings.get(PollSettings.LEASE)));
        longest.add(new KeptTimes.Longest("project", "lease_until", "1 = 1", settings.get(PollSettings.LEASE)));
        longest.add(new KeptTimes.Longest("training", "lease_until", "status = 'OPEN'", longestTry()));
        longest.add(AuditExport.longestLease());
        KeptTimes keptTimes = new KeptTimes(
                store,
                longest,
                (handle, set) -> journal.write(
                        handle,
                        AuditEntry.ofNoJob(
                                set.now(),
                                AuditAction.CLOCK_SET_BACK,
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("clock", isSqlite() ? "machine" : "database")
                                        .put("latest", set.latest().toString())
                                        .toString())));
        return new ClockKeeper(
                context, measured, keptTimes, new Ticks(context, InstantSource.system()), watch.faults(), !isSqlite());
    }

    private boolean isSqlite() {
        return settings.get(StoreSettings.STORE).url().startsWith("jdbc:sqlite:");
    }

    /** Binds what routes and other parts of the runtime name. */
    void bind() {
        JobsToWatch jobs = context.getRegistry().findSingleByType(JobsToWatch.class);
        if (jobs == null) {
            jobs = new JobsToWatch(settings.get(JobsSettings.JOBS), "properties", false);
        }
        if (jobs.onlyThese()) {
            watch.leases()
                    .selection()
                    .restrictTo(jobs.jobs().stream().map(Object::toString).toList());
        }
        bind("trainwatchBeans", this);
        bind("trainwatchConfiguredJobs", new JobsToWatch.Adding(watch.list(), jobs));
        bind("trainwatchLeases", watch.leases());
        bind("trainwatchLooks", watch.looks());
        bind("trainwatchTenants", tenants);
        StatusReader statuses = StatusReader.shared();
        bind("trainwatchStatusMapper", statuses.mapper());
        bind("trainwatchStatusValidation", statuses.validation());
        bind("trainwatchRequestMapper", WatchRequest.mapper());
        bind("trainwatchProjectLists", projectLists);
        bind("trainwatchDroppedFiles", droppedFiles);
        bind("trainwatchTrainings", trainings);
        bind("trainwatchTrainingCalls", tenants.trainings());
        bind("trainwatchPolicyFiles", policyFiles);
        bind("trainwatchOutcomes", watch.outcomes());
        bind(
                "trainwatchFigures",
                new Figures(
                        settings.get(PrometheusSettings.SOURCES),
                        statuses.mapper(),
                        watch.faults(),
                        clock,
                        clock.steady()));
        bind("trainwatchReportFailures", new ReportFailures());
        bind(
                "trainwatchReports",
                new Reports(tenants, statuses.mapper(), watch::countCall, watch.faults(), clock.steady()));
        bind("trainwatchFailedLooks", watch.failedLooks());
        bind("trainwatchCancelIntents", watch.cancelIntents());
        bind("trainwatchCancels", watch.cancels());
        bind("trainwatchCancelDeadline", watch.cancelDeadline());
        bind("trainwatchOutbox", outbox);
        bind("trainwatchDeliveries", deliveries);
        bind("trainwatchOldEvents", new OldEvents(store, settings.get(WebhookSettings.RETENTION), clock));
        bind("trainwatchAuditExport", auditExport);
        bind("trainwatchAuditRetention", auditRetention);
        bind("trainwatchAuditClosing", new FinalFlush(auditExport, context));
        bind(
                "trainwatchForgetting",
                new Forgetting(
                        store,
                        settings.get(HistorySettings.RETENTION),
                        settings.get(HistorySettings.MAX_LOOKS),
                        clock));
        bindApi();
        bind(Ticks.COMPONENT, Ticks.component());
        HealthChecks.of(health).forEach(check -> bind(check.getId(), check));
        for (String name : List.of("trainwatch-tenant-http", "trainwatch-prometheus-http", "trainwatch-webhook-http")) {
            bind(name, new ClientComponent(clients, context));
        }
        Map<String, String> endpoints = new HashMap<>();
        settings.get(WebhookSettings.WEBHOOKS)
                .forEach((name, webhook) -> webhook.target().camelUri().ifPresent(uri -> endpoints.put(name, uri)));
        bind(EndpointComponent.SCHEME, new EndpointComponent(context, endpoints));
        store.onCommit(new WakeUp(context));
    }

    private void bindApi() {
        JobsApi jobs = new JobsApi(
                watch.list(),
                watch.orderedCancels(),
                tenantSettings().keySet(),
                policies,
                policyFiles,
                new JobLooks(store),
                new Explanations(auditOptions, store),
                watch.faults());
        bind("trainwatchJobsApi", jobs);
        bind(
                "trainwatchApi",
                new Api(
                        watch.list(),
                        watch.leases(),
                        watch.commits(),
                        requestTimes,
                        health,
                        jobs,
                        new DeliveriesApi(
                                outbox,
                                new EventList(store, clock),
                                new Undelivered(store, journal, clock),
                                clients,
                                clock),
                        new ServiceApi(
                                tenantSettings().keySet(),
                                store,
                                watch.list(),
                                watch.looks().nodes(),
                                policyFiles,
                                auditHealth,
                                auditOptions.keys(),
                                health,
                                clock),
                        isEmbedded ? settings.get(EmbeddedHttp.EMBEDDED).path().orElse("") : ""));
    }

    private void bind(String name, Object bean) {
        bound.add(name);
        context.getRegistry().bind(name, bean);
    }

    ErrorHandling errorHandling() {
        return new ErrorHandling(
                watch.faults(), tenants::renewToken, watch::countCall, retry, Watch::mayBeRepeated, guard());
    }

    /** Our own server has its guard before the routes. */
    private Processor guard() {
        HttpSettings http = settings.get(HttpSettings.HTTP);
        boolean asks = isEmbedded && !settings.get(EmbeddedHttp.EMBEDDED).protectedByHost();
        return asks
                ? new HostGuard(
                        http.token().map(Secret::reveal), http.readToken().map(Secret::reveal))
                : request -> {};
    }

    /** What ends the work of each route that takes some, where the route does not. */
    RouteEnds routeEnds() {
        RouteEnds.WorkEnd look = (work, thrown) -> {
            Look taken = work instanceof ListedLook listed ? listed.look() : (Look) work;
            watch.failedLooks().leftOver(taken, thrown);
        };
        return new RouteEnds(
                watch.faults(),
                Map.of(
                        "trainwatch-check-job",
                        look,
                        "trainwatch-judge-listed-job",
                        look,
                        "trainwatch-list-jobs",
                        (work, thrown) -> projectLists.leftOver((Listing) work, thrown),
                        "trainwatch-deliver-webhook",
                        (work, thrown) -> deliveries.leftOver((Delivery) work, thrown)));
    }

    public WatchList watchList() {
        return watch.list();
    }

    public OrderedCancels orderedCancels() {
        return watch.orderedCancels();
    }

    public Trainings trainings() {
        return trainings;
    }

    public Outbox outbox() {
        return outbox;
    }

    public Journal journal() {
        return journal;
    }

    public RequestTimes requestTimes() {
        return requestTimes;
    }

    public Tenants tenants() {
        return tenants;
    }

    public Leases leases() {
        return watch.leases();
    }

    public LooksUnderWay looks() {
        return watch.looks();
    }

    /** What is served below {@code /observe} where no host does it, by path. */
    public Map<String, HttpServlet> observed() {
        Map<String, HttpServlet> observed = new LinkedHashMap<>();
        observed.put("/health/*", new Probes(health));
        if (hasMicrometer()) {
            observed.put("/metrics", Measuring.alone(context, measured(), this::measure));
        }
        return observed;
    }

    /** In a runtime that has a registry of metrics, all is measured into that. */
    private void measureIntoHost() {
        if (hasMicrometer()) {
            Measuring.intoHost(context, measured()).ifPresent(this::measure);
        }
    }

    /** Optional: another runtime may have none. */
    private static boolean hasMicrometer() {
        return ObjectHelper.loadClass("io.micrometer.core.instrument.MeterRegistry") != null;
    }

    private Metrics.Sources measured() {
        return new Metrics.Sources(
                tenantSettings().keySet(),
                outbox.targets().keySet(),
                store,
                watch,
                outbox,
                new EventList(store, clock),
                auditHealth,
                auditOptions.keys(),
                clock);
    }

    private void measure(Measures by) {
        measures = by;
        watch.measure(by);
        outbox.measure(by);
        store.measure(by);
        clients.measure(by);
    }

    public Settings settings() {
        return settings;
    }

    /** @throws io.trainwatch.store.StoreUnavailable where the store cannot be opened, so that nothing can run */
    void awaitStore() {
        opening.await();
        clockKeeper.ifPresent(ClockKeeper::start);
        measureIntoHost();
    }

    /** Refuses targets whose endpoints cannot be made; by now the context has all that they may name. */
    void checkEndpoints() {
        List<Problem> problems = new ArrayList<>();
        for (WebhookSettings webhook : settings.get(WebhookSettings.WEBHOOKS).values()) {
            if (webhook.target().camelUri().isPresent()) {
                try {
                    context.getEndpoint(webhook.target().endpoint());
                } catch (RuntimeException e) {
                    problems.add(new Problem(
                            "trainwatch.webhook." + webhook.target().name() + ".endpoint",
                            Optional.empty(),
                            "no endpoint can be made of it: " + Words.why(e),
                            "Correct it, or put the jar of its component on the class path."));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    /** Takes the policy files, before the first job is judged. */
    void takePolicies() {
        policyFiles.start();
    }

    /** Claims nothing more; what is under way goes on. */
    void drain() {
        watch.leases().drain();
        trainings.drain();
        outbox.drain();
    }

    /** The context has nothing of ours any more. */
    @Override
    public void close() {
        for (String name : bound) {
            if (context.hasComponent(name) != null) {
                context.removeComponent(name);
            }
            context.getRegistry().unbind(name);
        }
        clockKeeper.ifPresent(ClockKeeper::close);
        watch.close();
        clients.close();
        store.close();
    }

    private int cancelsPerHour(String tenant) {
        TenantSettings given = tenantSettings().get(tenant);
        int usual = settings.get(PolicySettings.POLICY).maxCancelsPerHour();
        return given == null ? usual : given.maxCancelsPerHour().orElse(usual);
    }

    /** What somebody should see to, though the service does its work, by what it is about. */
    private Map<String, Supplier<List<String>>> troubles() {
        Map<String, Supplier<List<String>>> troubles = new LinkedHashMap<>();
        troubles.put("policies", policyFiles::problems);
        troubles.put("clock", () -> clock.trouble().stream().toList());
        troubles.put("files", droppedFiles::problems);
        troubles.put("jobs", watch::troubles);
        troubles.put("targets", outbox::troubles);
        troubles.put(
                "cancels",
                () -> watch.spentBudgets().stream()
                        .map(spent -> "Cancels of " + spent.tenant() + " are withheld until " + spent.freeAt()
                                + ", since " + spent.reason())
                        .toList());
        return troubles;
    }

    /** Whose the folders of this node are: a SQLite file is one machine's, whatever its name is today. */
    private String folderOwner() {
        return isSqlite() ? "" : settings.get(TrainwatchSettings.NODE);
    }

    private Map<String, TenantSettings> tenantSettings() {
        return settings.get(TenantSettings.TENANTS);
    }

    private Map<String, Double> requestsPerSecond() {
        Map<String, Double> rates = new HashMap<>();
        tenantSettings()
                .forEach((alias, tenant) -> tenant.maxRequestsPerSecond().ifPresent(rate -> rates.put(alias, rate)));
        return rates;
    }

    /** How long a look may take: three tries of a token and a status, the waits between them, and a cancel with its token. */
    private Duration longestLook() {
        return longestCalls(8).plus(RetryWithinLook.LONGEST_WAIT.multipliedBy(3));
    }

    /** How long one try to start a training may take: a token, a list and the request. */
    private Duration longestTry() {
        return longestCalls(2);
    }

    private Duration longestCalls(int count) {
        Duration call = settings.get(RequestSettings.CONNECT_TIMEOUT).plus(settings.get(RequestSettings.TIMEOUT));
        return settings.get(PollSettings.LEASE).plus(call.multipliedBy(count));
    }

    /** A list is no less frequent than the looks that it takes the place of. */
    private Duration listInterval() {
        Duration looks = settings.get(PollSettings.INTERVAL);
        Duration lists = settings.get(PollSettings.LIST_INTERVAL);
        return lists.compareTo(looks) < 0 ? lists : looks;
    }

    private Set<String> tenantsWithLists() {
        return tenantSettings().keySet().stream().filter(tenants::hasLists).collect(Collectors.toSet());
    }

    /** Asks for a token through the route that an integrator may change. */
    private byte[] requestToken(ProducerTemplate template, String alias, URI tokenUrl, ClientAuth way)
            throws Exception {
        watch.countRequest(alias);
        Exchange exchange = template.request("direct:trainwatch-fetch-token", request -> {
            request.setVariable("tenant", alias);
            String url = tokenUrl.toString().replaceFirst("\\?.*", "");
            request.setVariable("tokenUrl", Clients.endpoint(url, Clients.tenant(alias)));
            request.setVariable("clientAuth", way);
        });
        measures.fetchedToken(alias, exchange.getException() == null);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody(byte[].class);
    }
}
