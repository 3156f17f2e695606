package io.trainwatch.optional.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.trainwatch.audit.AuditHealth;
import io.trainwatch.audit.AuditKeys;
import io.trainwatch.audit.AuditStatus;
import io.trainwatch.measure.Measures;
import io.trainwatch.store.Store;
import io.trainwatch.watch.LooksUnderWay;
import io.trainwatch.watch.Stage;
import io.trainwatch.watch.TenantPauses;
import io.trainwatch.watch.Watch;
import io.trainwatch.watch.WatchList;
import io.trainwatch.webhook.EventList;
import io.trainwatch.webhook.Outbox;
import io.trainwatch.webhook.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Counts what happens, and shows what the store says when somebody asks. No job and no project is a label, and of tenants,
 * targets and rules the first {@value #MAX_VALUES} are told apart: what comes later is {@code other}. Thread-safe.
 */
public final class Metrics implements Measures {

    private static final int MAX_VALUES = 20;
    private static final int MAX_CALLS = 150;
    private static final String OTHER = "other";
    /** All gauges of one scrape are of one moment, and two that scrape at once cost what one does. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private static final Duration[] DELAYS = {
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(10)
    };

    private final MeterRegistry registry;
    private final Sources sources;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> calls = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> values = new ConcurrentHashMap<>();
    private final Timer lag;
    private final Timer endDelay;
    private final Timer transactions;
    private Snapshot latest;

    /** Where the figures come from. */
    public record Sources(
            Collection<String> tenants,
            Collection<String> targets,
            Store store,
            Watch watch,
            Outbox outbox,
            EventList events,
            AuditHealth audit,
            AuditKeys keys,
            InstantSource clock) {}

    public Metrics(MeterRegistry registry, Sources sources) {
        this.registry = registry;
        this.sources = sources;
        this.lag = histogram("trainwatch.look.lag", "How late looks were claimed.");
        this.endDelay = histogram(
                "trainwatch.end.detection.delay",
                "Time from the end of a job, as the tenant says, to the look that saw it.");
        this.transactions = Timer.builder("trainwatch.store.transaction")
                .description("Time that callers waited for transactions of the store.")
                .register(registry);
        ofJobs();
        ofTenants();
        ofTargets();
        ofService();
    }

    private Timer histogram(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(DELAYS)
                .register(registry);
    }

    private void ofJobs() {
        for (String tenant : first("tenant", sources.tenants())) {
            for (Stage stage : Stage.values()) {
                gauge(
                        "trainwatch.jobs",
                        "Jobs on the watch list.",
                        Tags.of("tenant", tenant, "state", stage.name().toLowerCase(Locale.ROOT)),
                        now -> now.jobs().getOrDefault(tenant, Map.of()).getOrDefault(stage, 0L));
            }
        }
        gauge("trainwatch.jobs.in.trouble", "Jobs that may need a person.", Tags.empty(), Snapshot::inTrouble);
        gauge(
                "trainwatch.oldest.due.seconds",
                "How long the longest due look has been due, without paused tenants.",
                Tags.empty(),
                now -> seconds(now.oldestDue()));
        gauge(
                "trainwatch.cancels.overdue",
                "Jobs that run on though their cancel was reported to have failed.",
                Tags.empty(),
                Snapshot::cancelsOverdue);
        LooksUnderWay looks = sources.watch().looks();
        Gauge.builder("trainwatch.looks.under.way", looks, LooksUnderWay::count)
                .description("Looks that this node is at.")
                .register(registry);
        Gauge.builder("trainwatch.looks.capacity.left", looks, LooksUnderWay::capacityLeft)
                .description("Looks that this node could take besides.")
                .register(registry);
    }

    private void ofTenants() {
        for (String tenant : first("tenant", sources.tenants())) {
            Tags tags = Tags.of("tenant", tenant);
            gauge(
                    "trainwatch.tenant.paused",
                    "1 while the tenant is left alone.",
                    tags,
                    now -> now.pausedUntil().containsKey(tenant) ? 1 : 0);
            if (sources.watch().budget().isLimited(tenant)) {
                gauge(
                        "trainwatch.tenant.requests.left",
                        "Looks that the tenant's max-requests-per-second allows now.",
                        tags,
                        now -> now.requestsLeft().getOrDefault(tenant, 0));
            }
        }
    }

    private void ofTargets() {
        for (String target : first("target", sources.targets())) {
            Tags tags = Tags.of("target", target);
            gauge(
                    "trainwatch.deliveries.pending",
                    "Deliveries that wait.",
                    tags,
                    now -> backlog(now, target).pending());
            gauge(
                    "trainwatch.deliveries.dead",
                    "Deliveries that were given up.",
                    tags,
                    now -> backlog(now, target).dead());
            gauge(
                    "trainwatch.deliveries.oldest.pending.seconds",
                    "Age of the oldest event that waits; 0 where none does.",
                    tags,
                    now -> age(now, backlog(now, target).oldestPending()));
            for (TargetState.Status status : TargetState.Status.values()) {
                gauge(
                        "trainwatch.target.state",
                        "1 for the state that the target is in: closed takes events, open gets probes, disabled nothing.",
                        tags.and("state", status.name().toLowerCase(Locale.ROOT)),
                        now -> status(now, target) == status ? 1 : 0);
            }
        }
    }

    private static EventList.Backlog backlog(Snapshot now, String target) {
        return now.backlogs().getOrDefault(target, EventList.Backlog.NONE);
    }

    private static TargetState.Status status(Snapshot now, String target) {
        return now.targets().stream()
                .filter(state -> state.name().equals(target))
                .map(TargetState::status)
                .findFirst()
                .orElse(TargetState.Status.CLOSED);
    }

    private void ofService() {
        FunctionCounter.builder(
                        "trainwatch.audit.lines",
                        this,
                        metrics -> metrics.shown(now -> now.audit().lastLine()))
                .description("Lines of the audit that are on disk.")
                .register(registry);
        gauge(
                "trainwatch.audit.waiting.rows",
                "Audit rows whose line is not on disk yet.",
                Tags.empty(),
                now -> now.audit().waiting());
        gauge(
                "trainwatch.audit.last.line.age.seconds",
                "Time since the last line that is on disk was made.",
                Tags.empty(),
                now -> age(now, now.audit().lastLineAt()));
        gauge(
                "trainwatch.audit.oldest.waiting.seconds",
                "Age of the oldest audit row that waits; 0 where none does.",
                Tags.empty(),
                now -> age(now, now.audit().oldestWaiting()));
        gauge(
                "trainwatch.audit.faulty",
                "1 where audit files were found to be changed.",
                Tags.empty(),
                now -> now.audit().fault() == null ? 0 : 1);
        gauge(
                "trainwatch.nodes",
                "Nodes that were seen of late.",
                Tags.empty(),
                now -> now.nodes().stream()
                        .filter(node -> node.isThere(now.at()))
                        .count());
    }

    private void gauge(String name, String description, Tags tags, ToDoubleFunction<Snapshot> value) {
        Gauge.builder(name, this, metrics -> metrics.shown(value))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** NaN where the store does not answer: a metric that cannot be had must not look like one that is well. */
    private double shown(ToDoubleFunction<Snapshot> value) {
        try {
            return value.applyAsDouble(snapshot());
        } catch (RuntimeException e) {
            return Double.NaN;
        }
    }

    private synchronized Snapshot snapshot() {
        Instant now = sources.clock().instant();
        if (latest == null || Duration.between(latest.at(), now).abs().compareTo(FRESH) >= 0) {
            latest = take(now);
        }
        return latest;
    }

    private Snapshot take(Instant now) {
        WatchList list = sources.watch().list();
        Map<String, Map<Stage, Long>> jobs = new HashMap<>();
        list.figures()
                .stages()
                .forEach(count -> jobs.computeIfAbsent(
                                value("tenant", count.tenant()), any -> new EnumMap<>(Stage.class))
                        .merge(count.stage(), count.jobs(), Long::sum));
        Map<String, Instant> paused = new HashMap<>();
        Map<String, Integer> left = new HashMap<>();
        sources.store().read(handle -> {
            TenantPauses.lasting(handle, now)
                    .forEach((tenant, pause) -> paused.put(value("tenant", tenant), pause.until()));
            sources.tenants()
                    .forEach(tenant -> left.put(
                            value("tenant", tenant), sources.watch().budget().left(handle, tenant, now)));
            return null;
        });
        return new Snapshot(
                now,
                jobs,
                list.figures().inTrouble(),
                list.figures().overdueCancels(),
                list.figures().longestOverdue(),
                paused,
                left,
                sources.events().backlogs(),
                sources.outbox().targetStates(),
                AuditStatus.of(sources.store(), sources.audit(), sources.keys()),
                sources.watch().looks().nodes().all());
    }

    private static double age(Snapshot now, Instant since) {
        return since == null ? 0 : Math.max(seconds(Duration.between(since, now.at())), 0);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    @Override
    public void looked(String tenant, String outcome) {
        count("trainwatch.looks", "Looks that ended.", "tenant", tenant, "outcome", outcome);
    }

    @Override
    public void claimedLate(Duration late) {
        lag.record(late.isNegative() ? Duration.ZERO : late);
    }

    @Override
    public void broken(String rule, String level) {
        count("trainwatch.verdicts", "Looks at which a rule was broken.", "rule", rule, "level", level);
    }

    @Override
    public void cancelled(String result) {
        count("trainwatch.cancels", "What came of requests to cancel jobs.", "result", result);
    }

    @Override
    public void withheld(String reason) {
        count("trainwatch.cancels.withheld", "Looks at which a breach led to no cancel.", "reason", reason);
    }

    @Override
    public void endSeen(Duration after) {
        endDelay.record(after.isNegative() ? Duration.ZERO : after);
    }

    @Override
    public void delivered(String target, String result) {
        count("trainwatch.deliveries", "Attempts to deliver an event.", "target", target, "result", result);
    }

    @Override
    public void fetchedToken(String tenant, boolean given) {
        count(
                "trainwatch.token.refreshes",
                "Tokens that were asked for.",
                "tenant",
                tenant,
                "result",
                given ? "given" : "refused");
    }

    @Override
    public void committed(long nanos) {
        transactions.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void requested(String client, String method, String path, int status, long nanos) {
        String name = value("client", client);
        String uri = UriTemplate.of(client, path);
        String key = name + " " + method + " " + uri + " " + status;
        Timer timer = calls.get(key);
        if (timer == null) {
            boolean isOne = calls.size() < MAX_CALLS;
            timer = calls.computeIfAbsent(
                    isOne ? key : OTHER,
                    any -> Timer.builder("http.client.requests")
                            .description("Requests that were sent, until the head of the response.")
                            .tag("client.name", isOne ? name : OTHER)
                            .tag("method", isOne ? method : OTHER)
                            .tag("uri", isOne ? uri : OTHER)
                            .tag("status", isOne ? status == 0 ? "IO_ERROR" : String.valueOf(status) : OTHER)
                            .tag("outcome", isOne ? outcome(status) : OTHER)
                            .register(registry));
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
        if (client.startsWith("tenant.")) {
            count("trainwatch.tenant.requests", "Requests to tenants.", "tenant", client.substring("tenant.".length()));
        }
    }

    /** As Spring's metrics call it. */
    private static String outcome(int status) {
        return switch (status / 100) {
            case 1 -> "INFORMATIONAL";
            case 2 -> "SUCCESS";
            case 3 -> "REDIRECTION";
            case 4 -> "CLIENT_ERROR";
            case 5 -> "SERVER_ERROR";
            default -> "UNKNOWN";
        };
    }

    private void count(String name, String description, String label, String value) {
        counter(name + " " + value, key -> Tags.of(label, value(label, value)), name, description);
    }

    private void count(String name, String description, String label, String value, String other, String second) {
        counter(
                name + " " + value + " " + second,
                key -> Tags.of(label, value(label, value), other, second),
                name,
                description);
    }

    private void counter(String key, Function<String, Tags> tags, String name, String description) {
        Counter counter = counters.get(key);
        if (counter == null) {
            counter = Counter.builder(name)
                    .description(description)
                    .tags(tags.apply(key))
                    .register(registry);
            if (counters.size() < MAX_VALUES * MAX_VALUES * MAX_VALUES) {
                counters.put(key, counter);
            }
        }
        counter.increment();
    }

    private Set<String> first(String label, Collection<String> all) {
        Set<String> told = ConcurrentHashMap.newKeySet();
        all.stream().sorted().forEach(each -> told.add(value(label, each)));
        return told;
    }

    /** The value, where it is among the first of its label. */
    private String value(String label, String value) {
        Set<String> known = values.computeIfAbsent(label, any -> ConcurrentHashMap.newKeySet());
        if (known.contains(value)) {
            return value;
        }
        synchronized (known) {
            return known.size() < MAX_VALUES && known.add(value) || known.contains(value) ? value : OTHER;
        }
    }
}
