package io.trainwatch.watch;

import io.trainwatch.errors.Outage;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Claims the jobs that are due, for this node alone and for a limited time.
 *
 * <p>A lease lasts as long as the look goes on, see {@link LooksUnderWay}; when the process dies, another one claims the job
 * after {@code trainwatch.poll.lease}. Each claim has a greater fence, and a result is committed only under the fence it was
 * claimed with: an owner that was thought dead cannot overwrite.
 *
 * <p>A tenant whose jobs cannot be claimed, or a row that cannot be read, keeps no other from being looked at.
 *
 * <p>Thread-safe. Hardly more looks are claimed than there are workers: what waits in line here cannot be looked at by
 * another node.
 */
public final class Leases {

    /** Looks that were claimed together are handed on within this time: what was held up must not come as a burst either. */
    private static final Duration MAX_SPREAD = Duration.ofSeconds(1);

    /** The next claim takes its time, too. */
    private static final double SPREAD_SHARE = 0.93;

    private static final double MAX_APART_MILLIS = 10;

    private final Store store;
    private final Options options;
    private final RequestBudget budget;
    private final Schedule schedule;
    private final LooksUnderWay looks;
    private final WorkerShares shares;
    private final UnreadableJobs unreadable;
    private final RepeatedFaults faults;
    private final StoreClock clock;
    private final JobSelection selection = new JobSelection();
    /** By tenant, the end of the pause after which overdue looks were spread; zero for the start. */
    private final Map<String, Long> spreadAfter = new ConcurrentHashMap<>();

    private volatile Optional<String> claimFault = Optional.empty();
    /** How often a budget was short. */
    private int shortClaims;
    /** Whether a claim failed that may be committed all the same. */
    private boolean mayHoldUnknown;

    private volatile boolean draining;
    private volatile Instant claimedLast;
    private volatile Duration betweenClaims = Duration.ZERO;
    /** By {@link System#nanoTime}, since what waits for it waits in real time, however a clock is set. */
    private volatile long handedOnFrom;

    /**
     * @param node names this process; two processes must never share it
     * @param lease how long a claim holds without being extended
     * @param longestLook how long it is extended
     * @param workers looks under way at once, at most
     */
    record Options(String node, Duration lease, Duration longestLook, int workers) {}

    Leases(
            Store store,
            Options options,
            RequestBudget budget,
            JobRecorder recorder,
            Schedule schedule,
            RepeatedFaults faults,
            InstantSource clock) {
        this.store = store;
        this.options = options;
        this.budget = budget;
        this.schedule = schedule;
        this.shares = new WorkerShares(options.workers());
        this.looks = new LooksUnderWay(store, options, schedule, faults, clock);
        this.unreadable = new UnreadableJobs(store, recorder, faults);
        this.faults = faults;
        this.clock = StoreClock.of(clock);
        this.claimedLast = this.clock.steady().instant();
        this.handedOnFrom = System.nanoTime();
    }

    /** The looks that were claimed here and go on. */
    public LooksUnderWay looks() {
        return looks;
    }

    /** The jobs that are claimed. */
    public JobSelection selection() {
        return selection;
    }

    /** The id of this process. */
    public String node() {
        return options.node();
    }

    /** Claims nothing more. */
    public void drain() {
        draining = true;
    }

    /** Whether nothing more is to be claimed. */
    public boolean isDraining() {
        return draining;
    }

    /** Whether this node may claim anything now: it is not stopping, and its clock is not far off. */
    public boolean mayClaim() {
        return !draining && clock.whyNotToClaim().isEmpty();
    }

    /** How long ago {@link #claimDue} was called last. */
    public Duration sinceLastClaim() {
        return Duration.between(claimedLast, clock.steady().instant());
    }

    /** Why not all that is due can be claimed; empty while it can. */
    public Optional<String> claimFault() {
        return claimFault;
    }

    /** What is held up, in words; empty while nothing is. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>(looks.troubles());
        troubles.addAll(unreadable.troubles());
        return troubles;
    }

    /**
     * Claims what is due, the longest due first, and little more than the workers can look at until the next call. What
     * cannot be claimed is said by {@link #claimFault}, and in the log.
     */
    public List<Look> claimDue() {
        Instant asked = clock.steady().instant();
        betweenClaims = Duration.between(claimedLast, asked);
        claimedLast = asked;
        Optional<String> offTime = clock.whyNotToClaim();
        if (offTime.isPresent()) {
            claimFault = offTime;
            return List.of();
        }
        Map<String, Integer> ended = foreseenToEnd();
        int allEnded = ended.values().stream().mapToInt(Integer::intValue).sum();
        int free = options.workers() + 2 * allEnded - looks.count();
        if (free <= 0 || draining) {
            return List.of();
        }
        List<Look> claimed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        try {
            if (mayHoldUnknown) {
                releaseUnknown();
                mayHoldUnknown = false;
            }
            looks.releasePostponed();
            for (Due due : tenantsWithDueJobs()) {
                int left = free - claimed.size();
                int endedHere = ended.getOrDefault(due.tenant(), 0);
                int share = shares.of(due.tenant(), clock.steady().instant(), left, endedHere, looks.countByTenant());
                int most = Math.min(left, share);
                if (most > 0) {
                    claim(due, most, claimed, failed);
                }
            }
        } catch (RuntimeException e) {
            faults.happened("claiming due jobs", e);
            failed.add(Words.of(e));
        }
        claimFault = failed.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failed));
        if (failed.isEmpty()) {
            faults.works("claiming due jobs");
        }
        handedOnFrom = System.nanoTime();
        return claimed;
    }

    /**
     * How many looks may wait in line at each tenant: as many as will end before the next claim, foretold by those that
     * ended since the last. Where that took long, within {@link #MAX_SPREAD}, or a service that cannot keep up would claim
     * more each time, up to all that is due.
     */
    private Map<String, Integer> foreseenToEnd() {
        Map<String, Integer> ended = looks.takeEnded();
        if (betweenClaims.compareTo(MAX_SPREAD) > 0) {
            double share = (double) MAX_SPREAD.toNanos() / betweenClaims.toNanos();
            ended.replaceAll((tenant, looksEnded) -> (int) (looksEnded * share));
        }
        return ended;
    }

    /** One tenant's failure is no other's, unless the store cannot be used at all. */
    private void claim(Due due, int most, List<Look> claimed, List<String> failed) {
        String tenant = due.tenant();
        String what = "claiming the due jobs of " + tenant;
        try {
            spreadOverdue(due);
            claimed.addAll(claim(tenant, most));
            faults.works(what);
        } catch (RuntimeException e) {
            mayHoldUnknown = true;
            if (Outage.isOfStore(e)) {
                throw e;
            }
            faults.happened(what, e);
            failed.add(tenant + ": " + Words.of(e));
        }
    }

    /** Where the answer to a commit was lost, this node may hold leases on jobs that nobody here looks at. */
    private void releaseUnknown() {
        store.transaction(handle -> {
            PreparedBatch batch = handle.prepareBatch(store.sql(Leases.class, "release-unknown"));
            handle
                    .createQuery("select id, fence from job where lease_owner = :node")
                    .bind("node", node())
                    .map((row, context) -> new Claimed(row.getString("id"), row.getLong("fence")))
                    .stream()
                    .filter(claimed -> !looks.holds(claimed.id(), claimed.fence()))
                    .forEach(claimed -> batch.bind("id", claimed.id())
                            .bind("fence", claimed.fence())
                            .bind("node", node())
                            .add());
            return batch.size() == 0 ? new int[0] : batch.execute();
        });
    }

    /** A lease of this node. */
    private record Claimed(String id, long fence) {}

    /** @param pausedUntil when the tenant's latest pause was over; 0 where there was none */
    private record Due(String tenant, int looks, long pausedUntil) {}

    private List<Due> tenantsWithDueJobs() {
        return store.read(handle -> selection
                .bindTo(handle.createQuery(store.sql(Leases.class, "due-by-tenant")))
                .bind("now", now())
                .map((row, context) -> new Due(row.getString("alias"), row.getInt("due"), row.getLong("paused_until")))
                .list());
    }

    /** After a start, and after each pause of the tenant. */
    private void spreadOverdue(Due due) {
        Long before = spreadAfter.put(due.tenant(), due.pausedUntil());
        boolean isNew = before == null || due.pausedUntil() > before;
        if (isNew && due.looks() > Schedule.FEW) {
            long interval = schedule.interval().toMillis();
            store.transaction(handle -> handle.createUpdate(store.sql(Leases.class, "spread-overdue"))
                    .bind("tenant", due.tenant())
                    .bind("now", now())
                    .bind("interval", interval)
                    .bind("few", Schedule.FEW)
                    .execute());
            // So many will be due at the next claim, and are to be claimed then: what waits meets the tenant as a
            // burst.
            looks.foreseeEnded(due.tenant(), (int) (due.looks() * MAX_SPREAD.toMillis() / interval));
        }
    }

    /**
     * How long a look waits to be handed on, in milliseconds: looks that were claimed together would meet the tenant as one
     * burst, so they follow one another evenly until the next are claimed, though at most 10 ms apart.
     */
    public long untilHandedOn(
            @ExchangeProperty(Exchange.SPLIT_INDEX) int index, @ExchangeProperty(Exchange.SPLIT_SIZE) int claimed) {
        Duration length = betweenClaims.compareTo(MAX_SPREAD) < 0 ? betweenClaims : MAX_SPREAD;
        double apart = Math.min(length.toMillis() * SPREAD_SHARE / claimed, MAX_APART_MILLIS);
        return (long) (index * apart) - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - handedOnFrom);
    }

    private List<Look> claim(String tenant, int most) {
        Instant now = clock.instant();
        List<Look> begun = store.transaction(handle -> {
            int affordable = budget.affordable(handle, tenant, most, now);
            if (affordable == 0) {
                return List.of();
            }
            List<JobRow> rows = new ArrayList<>();
            if (affordable < most) {
                // The budget is short: those whose end is near come first, to half of it, so that no other waits for
                // ever.
                rows.addAll(claim(handle, tenant, (affordable + shortClaims++ % 2) / 2, true, now));
            }
            if (rows.size() < affordable) {
                rows.addAll(claim(handle, tenant, affordable - rows.size(), false, now));
            }
            List<Look> claimed = unreadable.readable(handle, rows, now).stream()
                    .map(job -> new Look(job, now))
                    // An update returns its rows in no order.
                    .sorted(Comparator.comparing(look -> look.job().nextPollAt()))
                    .toList();
            budget.spendLooks(handle, tenant, claimed.size(), now);
            return claimed;
        });
        looks.begun(begun);
        return begun;
    }

    /**
     * Claims the jobs of a project that a list shows, due or not, in the caller's transaction; jobs that are being
     * looked at are left to that look. {@link LooksUnderWay#begun} when the transaction is over.
     *
     * @param listed job ids, at least one
     * @param confirmUntil ends that are to be confirmed by then are confirmed by this list
     */
    public List<Look> claimListed(
            Handle handle,
            String tenant,
            String project,
            Collection<String> listed,
            Instant now,
            Instant confirmUntil) {
        List<JobRow> claimed = selection
                .bindTo(handle.createQuery(store.sql(Leases.class, "claim-listed")))
                .bind("now", now.toEpochMilli())
                .bind("until", now.plus(options.lease()).toEpochMilli())
                .bind("node", node())
                .bind("tenant", tenant)
                .bind("project", project)
                .bindList("listed", List.copyOf(listed))
                .bind("confirmUntil", confirmUntil.toEpochMilli())
                .map((row, context) -> JobRow.read(row))
                .list();
        return unreadable.readable(handle, claimed, now).stream()
                .map(job -> new Look(job, now, true))
                .toList();
    }

    private List<JobRow> claim(Handle handle, String tenant, int most, boolean nearEnd, Instant now) {
        return selection
                .bindTo(handle.createQuery(store.sql(Leases.class, "claim-due")))
                .bind("now", now.toEpochMilli())
                .bind("until", now.plus(options.lease()).toEpochMilli())
                .bind("node", node())
                .bind("tenant", tenant)
                .bind("most", most)
                .bind("nearEnd", nearEnd)
                .map((row, context) -> JobRow.read(row))
                .list();
    }

    /** Puts the look, which is the body, and its job into variables of these names. */
    public void remember(Exchange exchange, @Body Look look) {
        exchange.setVariable("look", look);
        exchange.setVariable("job", look.key());
    }

    private long now() {
        return clock.millis();
    }
}
