package io.trainwatch;

import io.trainwatch.audit.AuditBarrier;
import io.trainwatch.audit.AuditExport;
import io.trainwatch.audit.AuditExport.FinalFlush;
import io.trainwatch.audit.AuditHealth;
import io.trainwatch.audit.AuditOptions;
import io.trainwatch.audit.AuditRetention;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.ErrorHandling;
import io.trainwatch.errors.ErrorHandling.RetryWithinLook;
import io.trainwatch.errors.RouteEnds;
import io.trainwatch.http.ClientComponent;
import io.trainwatch.http.Clients;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.http.RequestSettings;
import io.trainwatch.job.StatusReader;
import io.trainwatch.measure.Measures;
import io.trainwatch.optional.Core;
import io.trainwatch.optional.training.Trainings;
import io.trainwatch.rules.Policies;
import io.trainwatch.rules.PolicyFiles;
import io.trainwatch.rules.PolicySettings;
import io.trainwatch.settings.Settings;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.store.MachineClock;
import io.trainwatch.store.MeasuredClock;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.tenant.Tenants;
import io.trainwatch.watch.JobsSettings;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.PollSettings;
import io.trainwatch.watch.Watch;
import io.trainwatch.watch.WatchList;
import io.trainwatch.webhook.Deliveries;
import io.trainwatch.webhook.Delivery;
import io.trainwatch.webhook.EndpointComponent;
import io.trainwatch.webhook.OldEvents;
import io.trainwatch.webhook.Outbox;
import io.trainwatch.webhook.WebhookSettings;
import io.trainwatch.webhook.WebhookTarget;
import jakarta.servlet.http.HttpServlet;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Predicate;
import org.apache.camel.builder.ThreadPoolProfileBuilder;

/**
 * Makes the objects of the core and binds those that routes name, under the names that the routes use. What is optional is
 * in {@link Features}, the API in {@link ApiBeans}.
 *
 * <p>In the registry, a {@link Clock} named {@value #CLOCK} takes the place of the machine's wall clock, a
 * {@link MachineClock} that of both of its clocks, and another {@link InstantSource} of that name that of the time that is
 * made of them; a {@link JobsToWatch} takes the place of the jobs in the settings, and a {@link StoreBeingOpened} that of
 * opening the store here. Belongs to one context; {@link #close} when the context has stopped.
 */
public final class TrainwatchBeans implements Core, AutoCloseable {

    /** A host's own clock, which may stand still in its tests, is none of ours. */
    private static final String CLOCK = "trainwatchClock";

    private static final long IDLE_SECONDS = 10;

    private final CamelContext context;
    private final Settings settings;
    private final StoreClock clock;
    private final DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
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
    private final AuditHealth auditHealth = new AuditHealth();
    private final AuditExport auditExport;
    private final RetryWithinLook retry;
    private final Clients clients;
    private final ApiBeans api;
    private final List<String> bound = new ArrayList<>();
    private final Map<String, RouteEnds.WorkEnd> workEnds = new HashMap<>();
    private final Map<String, Supplier<List<String>>> troubles = new LinkedHashMap<>();
    private final List<KeptTimes.Longest> longest = new ArrayList<>();
    private final List<Runnable> drains = new ArrayList<>();
    private volatile Measures measures = Measures.NONE;
    private ClockKeeper clockKeeper;

    /** @param isEmbedded whether the context is another runtime's */
    TrainwatchBeans(CamelContext context, Settings settings, boolean isEmbedded) {
        this.context = context;
        this.settings = settings;
        StoreBeingOpened begun = context.getRegistry().findSingleByType(StoreBeingOpened.class);
        this.opening = begun == null ? StoreBeingOpened.in(context, settings) : begun;
        this.store = opening.store();
        this.clock = findClock();
        this.retry = new RetryWithinLook(clock, random);
        this.clients = new Clients(TrainwatchSettings.callees(settings), settings.get(ProxySettings.PROXIES), clock);
        this.journal = new Journal(store);
        settings.get(WebhookSettings.WEBHOOKS).forEach((name, webhook) -> targets.put(name, webhook.target()));
        Duration lease = settings.get(PollSettings.LEASE);
        PolicySettings policy = settings.get(PolicySettings.POLICY);
        this.outbox = new Outbox(
                store,
                targets,
                journal,
                node(),
                lease,
                settings.get(WebhookSettings.MAX_UNDER_WAY),
                ThreadLocalRandom.current()::nextDouble,
                clock);
        this.deliveries = new Deliveries(outbox, clock);
        this.policies = new Policies(policy, settings.get(PollSettings.INTERVAL));
        this.policyFiles = new PolicyFiles(policy, policies, store, journal, outbox.faults(), clock);
        this.auditOptions = settings.get(AuditOptions.AUDIT).ownedBy(folderOwner());
        this.watch = new Watch(
                store,
                node(),
                journal,
                new AuditBarrier(journal, auditHealth),
                outbox,
                Features.HISTORY.recorder(store, settings),
                policies,
                new Watch.Options(
                        settings.get(PollSettings.INTERVAL),
                        PollSettings.betweenLists(settings),
                        settings.get(PollSettings.NEAR_END),
                        Tenants.withLists(tenantSettings())::contains,
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
        this.tenants = new Tenants(
                tenantSettings(),
                new PausedTenants(watch.pauses()),
                new TokenRoute(context.createProducerTemplate(), watch, () -> measures),
                outbox.faults(),
                clock);
        this.auditExport = new AuditExport(store, node(), auditOptions, journal, auditHealth, watch.faults(), clock);
        this.api = new ApiBeans(context, this, isEmbedded, troubles);
    }

    private StoreClock findClock() {
        Object named = context.getRegistry().lookupByName(CLOCK);
        if (named instanceof InstantSource time && !(named instanceof Clock)) {
            return StoreClock.of(time);
        }
        MachineClock machine = context.getRegistry().findSingleByType(MachineClock.class);
        InstantSource wall = named instanceof Clock given ? given : InstantSource.system();
        return new MeasuredClock(
                machine == null ? new MachineClock(wall, System::nanoTime) : machine,
                store::databaseTime,
                settings.get(PollSettings.LEASE));
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
        provideThreads("trainwatch-looks", settings.get(PollSettings.WORKERS));
        provideThreads("trainwatch-deliveries", settings.get(WebhookSettings.WORKERS));
        bind("trainwatchBeans", this);
        bind("trainwatchConfiguredJobs", new JobsToWatch.Adding(watch.list(), jobs));
        bind("trainwatchLeases", watch.leases());
        bind("trainwatchLooks", watch.looks());
        bind("trainwatchTenants", tenants);
        bind("trainwatchSameJob", (Predicate) Tenants::isAboutJob);
        StatusReader statuses = StatusReader.shared();
        bind("trainwatchStatusMapper", statuses.mapper());
        bind("trainwatchStatusValidation", statuses.validation());
        bind("trainwatchPolicyFiles", policyFiles);
        bind("trainwatchOutcomes", watch.outcomes());
        bind("trainwatchFailedLooks", watch.failedLooks());
        bind("trainwatchCancelIntents", watch.cancelIntents());
        bind("trainwatchCancels", watch.cancels());
        bind("trainwatchCancelDeadline", watch.cancelDeadline());
        bind("trainwatchOutbox", outbox);
        bind("trainwatchDeliveries", deliveries);
        bind("trainwatchOldEvents", new OldEvents(store, settings.get(WebhookSettings.RETENTION), clock));
        bind("trainwatchAuditExport", auditExport);
        bind("trainwatchAuditRetention", new AuditRetention(store, auditOptions, auditHealth, clock));
        bind("trainwatchAuditClosing", new FinalFlush(auditExport, context));
        bind(Ticks.COMPONENT, Ticks.component());
        for (String name : List.of("trainwatch-tenant-http", "trainwatch-prometheus-http", "trainwatch-webhook-http")) {
            bind(name, new ClientComponent(clients, context));
        }
        bind(EndpointComponent.SCHEME, new EndpointComponent(context, targets));
        endWork("trainwatch-check-job", (look, thrown) -> watch.failedLooks().leftOver((Look) look, thrown));
        endWork("trainwatch-deliver-webhook", (work, thrown) -> deliveries.leftOver((Delivery) work, thrown));
        Duration lease = settings.get(PollSettings.LEASE);
        watch.longestWaits().forEach(this::boundTimes);
        boundTimes(new KeptTimes.Longest("delivery", "lease_until", "status = 'pending'", lease));
        boundTimes(AuditExport.longestLease());
        beforeStop(watch.leases()::drain);
        beforeStop(outbox::drain);
        showTroubles("policies", policyFiles::problems);
        showTroubles("clock", () -> clock.trouble().stream().toList());
        showTroubles("jobs", watch::troubles);
        showTroubles("targets", outbox::troubles);
        showTroubles("cancels", watch::spentBudgetsInWords);
        Features.ALL.forEach(feature -> feature.wire(this));
        api.bind();
        store.onCommit(new WakeUp(context));
    }

    /** So many at most, each for as long as it is needed. */
    private void provideThreads(String name, int most) {
        context.getExecutorServiceManager()
                .registerThreadPoolProfile(new ThreadPoolProfileBuilder(name)
                        .poolSize(most)
                        .maxPoolSize(most)
                        .allowCoreThreadTimeOut(true)
                        .keepAliveTime(IDLE_SECONDS)
                        .maxQueueSize(-1)
                        .build());
    }

    @Override
    public void bind(String name, Object bean) {
        bound.add(name);
        context.getRegistry().bind(name, bean);
    }

    @Override
    public void endWork(String routeId, RouteEnds.WorkEnd end) {
        workEnds.put(routeId, end);
    }

    @Override
    public void showTroubles(String about, Supplier<List<String>> inWords) {
        troubles.put(about, inWords);
    }

    @Override
    public void boundTimes(KeptTimes.Longest times) {
        longest.add(times);
    }

    @Override
    public void beforeStop(Runnable drain) {
        drains.add(drain);
    }

    ErrorHandling errorHandling() {
        return new ErrorHandling(
                watch.faults(), tenants::renewToken, watch::countCall, retry, Watch::mayBeRepeated, api.guard());
    }

    /** What ends the work of each route that takes some, where the route does not. */
    RouteEnds routeEnds() {
        return new RouteEnds(watch.faults(), workEnds);
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public StoreClock clock() {
        return clock;
    }

    @Override
    public String node() {
        return opening.node().id();
    }

    /** A SQLite file is one machine's, whatever its name is today. */
    @Override
    public String folderOwner() {
        return store.isSqlite() ? "" : settings.get(TrainwatchSettings.NODE);
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public Watch watch() {
        return watch;
    }

    @Override
    public Tenants tenants() {
        return tenants;
    }

    public WatchList watchList() {
        return watch.list();
    }

    public Trainings trainings() {
        return context.getRegistry().findSingleByType(Trainings.class);
    }

    public Outbox outbox() {
        return outbox;
    }

    Map<String, WebhookTarget> targets() {
        return targets;
    }

    public Clients clients() {
        return clients;
    }

    Policies policies() {
        return policies;
    }

    PolicyFiles policyFiles() {
        return policyFiles;
    }

    AuditHealth auditHealth() {
        return auditHealth;
    }

    AuditOptions auditOptions() {
        return auditOptions;
    }

    /** What is served below {@code /observe} where no host does it, by path. */
    public Map<String, HttpServlet> observed() {
        return api.observed(this::measure);
    }

    private void measure(Measures by) {
        measures = by;
        watch.measure(by);
        outbox.measure(by);
        store.measure(by);
        clients.measure(by);
    }

    /** @throws io.trainwatch.store.StoreUnavailable where the store cannot be opened, so that nothing can run */
    void awaitStore() {
        opening.await();
        if (clock instanceof MeasuredClock measured) {
            clockKeeper = ClockKeeper.of(context, measured, store, journal, longest, watch.faults());
            clockKeeper.start();
        }
        api.measureIntoHost(this::measure);
    }

    /** Refuses targets whose endpoints cannot be made; by now the context has all that they may name. */
    void checkEndpoints() {
        context.getComponent(EndpointComponent.SCHEME, EndpointComponent.class).check();
    }

    /** Takes the policy files, before the first job is judged. */
    void takePolicies() {
        policyFiles.start();
    }

    /** Claims nothing more; what is under way goes on. */
    void drain() {
        drains.forEach(Runnable::run);
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
        if (clockKeeper != null) {
            clockKeeper.close();
        }
        watch.close();
        clients.close();
        store.close();
    }

    private int cancelsPerHour(String tenant) {
        TenantSettings given = tenantSettings().get(tenant);
        int usual = settings.get(PolicySettings.POLICY).maxCancelsPerHour();
        return given == null ? usual : given.maxCancelsPerHour().orElse(usual);
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
        return longestCalls(8).plus(RetryWithinLook.MAX_WAIT.multipliedBy(3));
    }

    @Override
    public Duration longestCalls(int count) {
        Duration call = settings.get(RequestSettings.CONNECT_TIMEOUT).plus(settings.get(RequestSettings.TIMEOUT));
        return settings.get(PollSettings.LEASE).plus(call.multipliedBy(count));
    }
}
