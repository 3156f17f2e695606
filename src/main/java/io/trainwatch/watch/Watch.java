package io.trainwatch.watch;

import io.trainwatch.audit.AuditBarrier;
import io.trainwatch.audit.AuditOptions.StatusChecks;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.RetryAfter;
import io.trainwatch.job.JobKey;
import io.trainwatch.measure.Measures;
import io.trainwatch.rules.Policies;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.store.Store;
import io.trainwatch.webhook.Outbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.camel.Exchange;

/** Makes the parts of this package and puts them together. */
public final class Watch implements AutoCloseable {

    /** A job that a list is due for is due so much later on its own. */
    public static final Duration AFTER_LIST = Duration.ofSeconds(1);

    private final Store store;
    private final Options options;
    private final Schedule schedule;
    private final RequestBudget budget;
    private final InstantSource clock;
    private final TenantPauses pauses;
    private final WatchList list;
    private final Leases leases;
    private final LookCommits commits;
    private final ProgressCommits progress;
    private final Outcomes outcomes;
    private final FailedLooks failedLooks;
    private final CancelIntents cancelIntents;
    private final Cancels cancels;
    private final OrderedCancels orderedCancels;
    private final CancelDeadline cancelDeadline;
    private final RepeatedFaults faults;

    /**
     * @param interval the longest time between two looks at a running job
     * @param listInterval the time between two lists of a project's jobs
     * @param nearEnd whether jobs are looked at more often when their end is near
     * @param lists the tenants whose jobs can be listed
     * @param lease how long a claim holds without being extended
     * @param longestLook how long the lease of a look is extended
     * @param workers looks under way at once, at most
     * @param unreachableAfter how long looks may fail before that is reported
     * @param confirmAfter from the end of a job to the look that confirms it; zero where there is none
     * @param cancelDeadline from the decision to cancel to the report that the job did not end
     * @param requestsPerSecond by tenant; a tenant that is not in it has no limit
     * @param cancelsPerHour jobs of a tenant that are cancelled within an hour, at most
     */
    public record Options(
            Duration interval,
            Duration listInterval,
            boolean nearEnd,
            Predicate<String> lists,
            Duration lease,
            Duration longestLook,
            int workers,
            Duration unreachableAfter,
            Duration confirmAfter,
            Duration cancelDeadline,
            StatusChecks statusChecks,
            Map<String, Double> requestsPerSecond,
            ToIntFunction<String> cancelsPerHour) {}

    /**
     * @param node names this process; two processes must never share it
     * @param audit stands before what may be done only once it is on record
     * @param random numbers from 0 (inclusive) to 1
     */
    public Watch(
            Store store,
            String node,
            Journal journal,
            AuditBarrier audit,
            Outbox outbox,
            LookRecorder history,
            Policies policies,
            Options options,
            DoubleSupplier random,
            InstantSource clock) {
        this(store, node, journal, audit, outbox, history, policies, options, ProgressCommits.MAX_WAIT, random, clock);
    }

    /** @param maxWait how long a look that found nothing new waits to be committed with others */
    Watch(
            Store store,
            String node,
            Journal journal,
            AuditBarrier audit,
            Outbox outbox,
            LookRecorder history,
            Policies policies,
            Options options,
            Duration maxWait,
            DoubleSupplier random,
            InstantSource clock) {
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.faults = outbox.faults();
        this.budget = new RequestBudget(options.requestsPerSecond(), options.interval());
        this.schedule = new Schedule(
                options.interval(),
                options.listInterval(),
                options.confirmAfter(),
                options.nearEnd() ? Optional.of(new NearEnd(random)) : Optional.empty(),
                random);
        JobRecorder recorder = new JobRecorder(journal, outbox);
        this.pauses = new TenantPauses(store, budget, schedule, options.unreachableAfter(), clock);
        this.list = new WatchList(
                store,
                recorder,
                schedule,
                new EarlierSteps(policies),
                options.lists(),
                clock,
                new WatchFigures(store, journal, schedule, clock));
        Leases.Options limits = new Leases.Options(node, options.lease(), options.longestLook(), options.workers());
        this.leases = new Leases(store, limits, budget, recorder, schedule, faults, clock);
        Shared shared = new Shared(store, leases, recorder, pauses, schedule, faults, clock);
        this.commits = new LookCommits(shared, history);
        this.cancelDeadline = new CancelDeadline(shared, options.cancelDeadline());
        this.orderedCancels = new OrderedCancels(shared);
        this.cancels = new Cancels(shared, commits, cancelDeadline, budget);
        this.failedLooks = new FailedLooks(shared, commits, options.unreachableAfter());
        LookAudit lookAudit = new LookAudit(recorder, options.statusChecks());
        this.progress = new ProgressCommits(shared, commits, lookAudit, failedLooks, maxWait);
        CancelBudget cancelBudget = new CancelBudget(options.cancelsPerHour());
        this.cancelIntents = new CancelIntents(shared, commits, lookAudit, audit, cancelBudget, progress);
        this.outcomes = new Outcomes(shared, policies, new EarlierEnds(store), commits, lookAudit, progress);
    }

    /** How far ahead the times of jobs and tenants may lie. Asked for often, so that an index has to lead to the rows. */
    public List<KeptTimes.Longest> longestWaits() {
        List<KeptTimes.Longest> longest = new ArrayList<>();
        schedule.longestWaits().forEach((why, wait) -> longest.add(dueWithin(why, wait)));
        longest.add(dueWithin(LookReason.ASKED_TO_WAIT, options.unreachableAfter()));
        longest.add(new KeptTimes.Longest(
                "job", "lease_until", "lease_owner <> '' and " + WatchList.READABLE, options.lease()));
        longest.add(new KeptTimes.Longest("tenant", "paused_until", "pauses > 0", options.unreachableAfter()));
        longest.add(new KeptTimes.Longest("tenant", "max_rate_until", "max_rate is not null", RetryAfter.LONGEST));
        return longest;
    }

    private static KeptTimes.Longest dueWithin(LookReason why, Duration wait) {
        return new KeptTimes.Longest(
                "job", "next_poll_at", WatchList.READABLE + " and due_why = '" + why.name() + "'", wait);
    }

    public WatchList list() {
        return list;
    }

    public Leases leases() {
        return leases;
    }

    public Outcomes outcomes() {
        return outcomes;
    }

    /** The looks that have begun and not ended. */
    public LooksUnderWay looks() {
        return leases.looks();
    }

    public CancelIntents cancelIntents() {
        return cancelIntents;
    }

    public FailedLooks failedLooks() {
        return failedLooks;
    }

    /** Cancels that somebody orders. */
    public OrderedCancels orderedCancels() {
        return orderedCancels;
    }

    public Cancels cancels() {
        return cancels;
    }

    public CancelDeadline cancelDeadline() {
        return cancelDeadline;
    }

    /** Whether a call that failed may be repeated within its look: one that confirms an end costs one request, whatever. */
    public static boolean mayBeRepeated(Exchange exchange) {
        Look look = exchange.getVariable("look", Look.class);
        return look == null || !look.confirms();
    }

    /** Has the looks measured from now on. */
    public void measure(Measures by) {
        leases.looks().measure(by);
    }

    /** What fails again and again, for the log. */
    public RepeatedFaults faults() {
        return faults;
    }

    /** How looks are committed, and how many were refused. */
    public LookCommits commits() {
        return commits;
    }

    /** What all nodes must respect about a tenant. */
    public TenantPauses pauses() {
        return pauses;
    }

    /** What holds looks up, in words; empty while nothing does. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>(leases.troubles());
        troubles.addAll(failedLooks.troubles());
        troubles.addAll(store.read(handle -> TenantPauses.inWords(handle, clock.instant())));
        return troubles;
    }

    /** The budgets that withhold cancels now. */
    public List<CancelBudget.Spent> spentBudgets() {
        return CancelBudget.spent(store, clock.instant());
    }

    /** The same for people. */
    public List<String> spentBudgetsInWords() {
        return spentBudgets().stream()
                .map(spent -> "Cancels of " + spent.tenant() + " are withheld until " + spent.freeAt() + ", since "
                        + spent.reason())
                .toList();
    }

    public RequestBudget budget() {
        return budget;
    }

    /** Takes one more call from the tenant's budget; the first call of a look was taken when it was claimed. */
    public void countCall(Exchange exchange) {
        JobKey job = exchange.getVariable("job", JobKey.class);
        countRequest(job == null ? exchange.getVariable("tenant", String.class) : job.tenant());
    }

    /** Takes a request that waits for no budget, such as one for a token, from the budget of the tenant. */
    public void countRequest(String tenant) {
        store.transaction(handle -> {
            budget.spend(handle, tenant, 1, clock.instant());
            return null;
        });
    }

    @Override
    public void close() {
        progress.close();
    }
}
