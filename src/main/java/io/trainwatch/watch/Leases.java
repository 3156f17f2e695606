package io.trainwatch.watch;

import io.trainwatch.status.JobKey;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Claims the jobs that are due, for this node alone and for a limited time.
 *
 * <p>A lease lasts as long as the look goes on, because {@link #extend} is called more often than one expires; when the
 * process dies, another one claims the job after {@code trainwatch.poll.lease}. Each claim has a greater fence, and a
 * result is committed only under the fence it was claimed with: an owner that was thought dead cannot overwrite.
 *
 * <p>Thread-safe. Little more looks are claimed than there are workers: what waits in line here cannot be looked at by
 * another node.
 */
public final class Leases {

    private final Store store;
    private final String node;
    private final Duration lease;
    private final int workers;
    private final RequestBudget budget;
    private final InstantSource clock;
    private final Lag lag = new Lag();
    private final AtomicInteger ended = new AtomicInteger();
    private final Map<String, Look> underWay = new ConcurrentHashMap<>();
    private volatile Optional<Set<String>> only = Optional.empty();
    private volatile boolean draining;

    /**
     * @param node names this process; two processes must never share it
     * @param lease how long a claim holds without being extended
     * @param workers looks under way at once, at most
     */
    public Leases(Store store, String node, Duration lease, int workers, RequestBudget budget, InstantSource clock) {
        this.store = store;
        this.node = node;
        this.lease = lease;
        this.workers = workers;
        this.budget = budget;
        this.clock = clock;
    }

    /** Claims these jobs only: for a command that watches some jobs of a store that holds others. */
    public synchronized void restrictTo(Collection<String> jobs) {
        only = Optional.of(Set.copyOf(jobs));
    }

    /** Claims this job too, where only some are claimed. */
    public synchronized void admit(String job) {
        only = only.map(jobs -> {
            Set<String> more = new HashSet<>(jobs);
            more.add(job);
            return Set.copyOf(more);
        });
    }

    /** Claims nothing more. */
    public void drain() {
        draining = true;
    }

    /** Whether nothing more is to be claimed. */
    public boolean isDraining() {
        return draining;
    }

    /** How late looks were claimed. */
    public Lag lag() {
        return lag;
    }

    /** How many looks are under way. */
    public int underWay() {
        return underWay.size();
    }

    /** Claims what is due, the longest due first, and little more than the workers can look at until the next call. */
    public List<Look> claimDue() {
        // Looks that ended since the last call foretell how many will end before the next: so many may wait in line.
        int free = workers + 2 * ended.getAndSet(0) - underWay.size();
        if (free <= 0 || draining) {
            return List.of();
        }
        List<Look> looks = new ArrayList<>();
        for (String tenant : tenantsWithDueJobs()) {
            if (looks.size() < free) {
                looks.addAll(claim(tenant, free - looks.size()));
            }
        }
        return looks;
    }

    private List<String> tenantsWithDueJobs() {
        return store.read(handle -> handle.createQuery(store.sql(Leases.class, "due-by-tenant"))
                .bind("now", now())
                .bind("everything", only.isEmpty())
                .bindList("ids", ids())
                .map((row, context) -> row.getString("alias"))
                .list());
    }

    private List<Look> claim(String tenant, int most) {
        Instant now = clock.instant();
        List<Look> looks = store.transaction(handle -> {
            int affordable = budget.affordable(handle, tenant, most, now);
            if (affordable == 0) {
                return List.of();
            }
            List<Look> claimed = claim(handle, tenant, affordable, now);
            budget.spendLooks(handle, tenant, claimed.size(), now);
            return claimed;
        });
        begun(looks);
        return looks;
    }

    /**
     * Claims the jobs of a project that a list has told of, due or not, in the caller's transaction; jobs that are being
     * looked at are left to that look. {@link #begun} when the transaction is over.
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
        return handle.createQuery(store.sql(Leases.class, "claim-listed"))
                .bind("now", now.toEpochMilli())
                .bind("until", now.plus(lease).toEpochMilli())
                .bind("node", node)
                .bind("tenant", tenant)
                .bind("project", project)
                .bindList("listed", List.copyOf(listed))
                .bind("confirmUntil", confirmUntil.toEpochMilli())
                .bind("everything", only.isEmpty())
                .bindList("ids", ids())
                .map((row, context) -> new Look(WatchedJob.read(row, context), now, true))
                .list();
    }

    /** Says that the looks are under way. */
    public void begun(Collection<Look> looks) {
        for (Look look : looks) {
            underWay.put(look.job().id(), look);
            if (!look.confirms()) {
                lag.add(Duration.between(look.job().nextPollAt(), look.claimedAt()));
            }
        }
    }

    /** The jobs that alone are claimed; empty where all are. */
    public Optional<Set<String>> only() {
        return only;
    }

    private List<Look> claim(Handle handle, String tenant, int most, Instant now) {
        return handle
                .createQuery(store.sql(Leases.class, "claim-due"))
                .bind("now", now.toEpochMilli())
                .bind("until", now.plus(lease).toEpochMilli())
                .bind("node", node)
                .bind("tenant", tenant)
                .bind("most", most)
                .bind("everything", only.isEmpty())
                .bindList("ids", ids())
                .map((row, context) -> new Look(WatchedJob.read(row, context), now))
                .stream()
                // An update returns its rows in no order.
                .sorted(Comparator.comparing(look -> look.job().nextPollAt()))
                .toList();
    }

    /** The job that a look is about. */
    public JobKey keyOf(@Variable("look") Look look) {
        return look.key();
    }

    /** Extends the leases of looks that take long; to be called several times within the length of a lease. */
    public void extend() {
        Instant now = clock.instant();
        List<Look> old = underWay.values().stream()
                .filter(look -> look.claimedAt().plus(lease.dividedBy(4)).isBefore(now))
                .toList();
        if (old.isEmpty()) {
            return;
        }
        store.transaction(handle -> {
            PreparedBatch batch = handle.prepareBatch(store.sql(Leases.class, "extend-leases"));
            for (Look look : old) {
                batch.bind("until", now.plus(lease).toEpochMilli())
                        .bind("node", node)
                        .bind("fence", look.job().fence())
                        .bind("id", look.job().id())
                        .add();
            }
            return batch.execute();
        });
    }

    /** Says that the look is over, whatever came of it. */
    void done(Look look) {
        underWay.computeIfPresent(
                look.job().id(),
                (id, begun) -> begun.job().fence() == look.job().fence() ? null : begun);
        ended.incrementAndGet();
        lag.over(clock.instant());
    }

    /** The id of this process. */
    public String node() {
        return node;
    }

    /** The ids of {@link #only} as a query binds them: a list that is bound must not be empty. */
    public List<String> ids() {
        return only.filter(jobs -> !jobs.isEmpty()).map(List::copyOf).orElse(List.of(""));
    }

    private long now() {
        return clock.millis();
    }
}
