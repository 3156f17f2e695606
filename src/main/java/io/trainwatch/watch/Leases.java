package io.trainwatch.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.errors.Outage;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Claims the jobs that are due, for this node alone and for a limited time.
 *
 * <p>A lease lasts as long as the look goes on, because {@link #extend} is called more often than one expires, but no
 * longer than any look may take; when the process dies, another one claims the job after {@code trainwatch.poll.lease}.
 * Each claim has a greater fence, and a result is committed only under the fence it was claimed with: an owner that was
 * thought dead cannot overwrite. A look that comes to nothing gives its lease back.
 *
 * <p>A tenant whose jobs cannot be claimed, or a row that cannot be read, keeps no other from being looked at.
 *
 * <p>Thread-safe. Little more looks are claimed than there are workers: what waits in line here cannot be looked at by
 * another node.
 */
public final class Leases {

    /** What {@link RepeatedFaults} calls the looks. */
    static final String LOOKS = "looking at jobs";

    /** After this time a row that could not be read is tried again: somebody may have mended it. */
    private static final Duration SET_ASIDE = Duration.ofMinutes(10);

    private static final int MAX_NAMED = 5;
    static final String CANNOT_BE_READ = "The job's row in the store cannot be read: ";

    private final Store store;
    private final String node;
    private final Duration lease;
    private final Duration longestLook;
    private final int workers;
    private final RequestBudget budget;
    private final JobRecorder telling;
    private final Schedule schedule;
    private final RepeatedFaults faults;
    private final StoreClock clock;
    private final Nodes nodes;
    private final LookDelays lag = new LookDelays();
    private final AtomicInteger ended = new AtomicInteger();
    private final Map<String, Held> underWay = new ConcurrentHashMap<>();
    /** Looks that took longer than any may, by the ids of their jobs, until they end. */
    private final Map<String, Look> overlong = new ConcurrentHashMap<>();
    /** Looks that came to nothing, by the ids of their jobs, until the store knows. */
    private final Map<String, Look> lost = new ConcurrentHashMap<>();
    /** How often in a row looks at a job came to nothing. */
    private final Map<String, Integer> lostInARow = new ConcurrentHashMap<>();

    private final Map<String, String> unreadable = new ConcurrentHashMap<>();
    private volatile Optional<Set<String>> only = Optional.empty();
    private volatile Optional<String> claimFault = Optional.empty();
    /** Whether a claim failed that may be committed all the same. */
    private boolean mayHoldUnknown;

    private volatile boolean draining;
    private volatile Instant claimedLast;

    /**
     * @param node names this process; two processes must never share it
     * @param lease how long a claim holds without being extended
     * @param longestLook how long it is extended
     * @param workers looks under way at once, at most
     */
    record Options(String node, Duration lease, Duration longestLook, int workers) {}

    /**
     * @param since when it was claimed, by the steady clock
     * @param isHandedOver whether it is to be committed with others, which ends it
     */
    private record Held(Look look, Instant since, boolean isHandedOver) {}

    Leases(
            Store store,
            Options options,
            RequestBudget budget,
            JobRecorder telling,
            Schedule schedule,
            RepeatedFaults faults,
            InstantSource clock) {
        this.store = store;
        this.node = options.node();
        this.lease = options.lease();
        this.longestLook = options.longestLook();
        this.workers = options.workers();
        this.budget = budget;
        this.telling = telling;
        this.schedule = schedule;
        this.faults = faults;
        this.clock = StoreClock.of(clock);
        this.nodes = new Nodes(store, node, this.clock);
        this.claimedLast = this.clock.steady().instant();
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

    /** Whether this node may claim anything now: it is not stopping, and its clock is not far off. */
    public boolean mayClaim() {
        return !draining && clock.whyNotToClaim().isEmpty();
    }

    /** How long ago {@link #claimDue} was called last. */
    public Duration sinceLastClaim() {
        return Duration.between(claimedLast, clock.steady().instant());
    }

    /** The processes that share the store. */
    public Nodes nodes() {
        return nodes;
    }

    /** How late looks were claimed. */
    public LookDelays lag() {
        return lag;
    }

    /** How many looks are under way. */
    public int underWay() {
        return underWay.size();
    }

    /** Why not all that is due can be claimed; empty while it can. */
    public Optional<String> claimFault() {
        return claimFault;
    }

    /** What is held up, in words; empty while nothing is. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        if (!overlong.isEmpty()) {
            troubles.add("Looks have been under way for longer than " + longestLook.toSeconds()
                    + " s, and others may look meanwhile: " + some(overlong));
        }
        if (!lost.isEmpty()) {
            troubles.add("What came of looks cannot be committed: " + some(lost));
        }
        if (!unreadable.isEmpty()) {
            troubles.add("Jobs are set aside, since their rows in the store cannot be read: " + some(unreadable)
                    + "; see the log");
        }
        return troubles;
    }

    private static String some(Map<String, ?> jobs) {
        List<String> ids = jobs.keySet().stream().sorted().limit(MAX_NAMED).toList();
        int others = jobs.size() - ids.size();
        return String.join(", ", ids) + (others > 0 ? " and " + others + " more" : "");
    }

    /**
     * Claims what is due, the longest due first, and little more than the workers can look at until the next call. What
     * cannot be claimed is said by {@link #claimFault}, and in the log.
     */
    public List<Look> claimDue() {
        claimedLast = clock.steady().instant();
        Optional<String> offTime = clock.whyNotToClaim();
        if (offTime.isPresent()) {
            claimFault = offTime;
            return List.of();
        }
        // Looks that ended since the last call foretell how many will end before the next: so many may wait in line.
        int free = workers + 2 * ended.getAndSet(0) - underWay.size();
        if (free <= 0 || draining) {
            return List.of();
        }
        List<Look> looks = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        try {
            if (mayHoldUnknown) {
                releaseUnknown();
                mayHoldUnknown = false;
            }
            for (String tenant : tenantsWithDueJobs()) {
                if (looks.size() < free) {
                    claim(tenant, free - looks.size(), looks, failed);
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
        return looks;
    }

    /** One tenant's failure is no other's, unless the store cannot be used at all. */
    private void claim(String tenant, int most, List<Look> looks, List<String> failed) {
        String what = "claiming the due jobs of " + tenant;
        try {
            looks.addAll(claim(tenant, most));
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
                    .bind("node", node)
                    .map((row, context) -> new Claimed(row.getString("id"), row.getLong("fence")))
                    .stream()
                    .filter(claimed -> !underWay.containsKey(claimed.key()))
                    .forEach(claimed -> batch.bind("id", claimed.id())
                            .bind("fence", claimed.fence())
                            .bind("node", node)
                            .add());
            return batch.size() == 0 ? new int[0] : batch.execute();
        });
    }

    /** A lease of this node. */
    private record Claimed(String id, long fence) {

        static Claimed of(Look look) {
            return new Claimed(look.job().id(), look.job().fence());
        }

        String key() {
            return id + "#" + fence;
        }
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
            List<Look> claimed = readable(handle, claim(handle, tenant, affordable, now), now)
                    .map(job -> new Look(job, now))
                    // An update returns its rows in no order.
                    .sorted(Comparator.comparing(look -> look.job().nextPollAt()))
                    .toList();
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
        List<JobRow> claimed = handle.createQuery(store.sql(Leases.class, "claim-listed"))
                .bind("now", now.toEpochMilli())
                .bind("until", now.plus(lease).toEpochMilli())
                .bind("node", node)
                .bind("tenant", tenant)
                .bind("project", project)
                .bindList("listed", List.copyOf(listed))
                .bind("confirmUntil", confirmUntil.toEpochMilli())
                .bind("everything", only.isEmpty())
                .bindList("ids", ids())
                .map((row, context) -> JobRow.read(row))
                .list();
        return readable(handle, claimed, now)
                .map(job -> new Look(job, now, true))
                .toList();
    }

    /** Says that the looks are under way. */
    public void begun(Collection<Look> looks) {
        Instant since = clock.steady().instant();
        for (Look look : looks) {
            underWay.put(key(look), new Held(look, since, false));
            if (!look.confirms()) {
                lag.add(Duration.between(look.job().nextPollAt(), look.claimedAt()));
            }
        }
    }

    /** The jobs that alone are claimed; empty where all are. */
    public Optional<Set<String>> only() {
        return only;
    }

    private List<JobRow> claim(Handle handle, String tenant, int most, Instant now) {
        return handle.createQuery(store.sql(Leases.class, "claim-due"))
                .bind("now", now.toEpochMilli())
                .bind("until", now.plus(lease).toEpochMilli())
                .bind("node", node)
                .bind("tenant", tenant)
                .bind("most", most)
                .bind("everything", only.isEmpty())
                .bindList("ids", ids())
                .map((row, context) -> JobRow.read(row))
                .list();
    }

    /** The jobs of these rows; those that cannot be read are set aside in the same transaction, and only they. */
    private Stream<WatchedJob> readable(Handle handle, List<JobRow> rows, Instant now) {
        rows.stream().filter(row -> row.job() == null).forEach(row -> setAside(handle, row, now));
        List<WatchedJob> jobs =
                rows.stream().map(JobRow::job).filter(Objects::nonNull).toList();
        if (!unreadable.isEmpty()) {
            jobs.forEach(job -> unreadable.remove(job.id()));
        }
        return jobs.stream();
    }

    private void setAside(Handle handle, JobRow row, Instant now) {
        String message = CANNOT_BE_READ + row.why();
        Instant next = now.plus(SET_ASIDE);
        handle.createUpdate(store.sql(Leases.class, "set-aside"))
                .bind("id", row.id())
                .bind("fence", row.fence())
                .bind("now", now.toEpochMilli())
                .bind("next", next.toEpochMilli())
                .bind("failure", message)
                .execute();
        boolean isNew = !message.equals(row.failure());
        if (isNew && row.key().isPresent()) {
            ObjectNode details = JobRecorder.details()
                    .put("kind", FailureKind.INTERNAL.name())
                    .put("message", message);
            telling.audit(
                    handle,
                    now,
                    row.key().get(),
                    AuditAction.MONITOR_ERROR,
                    JobRecorder.nextLook(details, next, LookReason.AFTER_FAILURE));
        }
        if (unreadable.put(row.id(), row.why()) == null && isNew) {
            faults.happened(
                    "reading jobs from the store",
                    row.id() + " is set aside, and is not looked at. " + message + ". It is tried again every "
                            + SET_ASIDE.toMinutes() + " minutes: mend the row, or use a version of Trainwatch that can"
                            + " read it");
        }
    }

    /** The job that a look is about. */
    public JobKey keyOf(@Variable("look") Look look) {
        return look.key();
    }

    /**
     * Gives back the leases of looks that came to nothing, and extends those of looks that take long; to be called several
     * times within the length of a lease.
     */
    public void extend() {
        nodes.show();
        Instant now = clock.instant();
        Instant asked = clock.steady().instant();
        giveBack(now);
        leaveOverlong(asked);
        List<Look> old = underWay.values().stream()
                .filter(held -> held.since().plus(lease.dividedBy(4)).isBefore(asked))
                .map(Held::look)
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

    private void giveBack(Instant now) {
        if (lost.isEmpty()) {
            return;
        }
        List<Look> all = List.copyOf(lost.values());
        store.transaction(handle -> {
            PreparedBatch batch = handle.prepareBatch(store.sql(Leases.class, "give-back"));
            for (Look look : all) {
                int times = lostInARow.getOrDefault(look.job().id(), 1);
                batch.bind("next", schedule.afterFailure(now, times).toEpochMilli())
                        .bind("node", node)
                        .bind("fence", look.job().fence())
                        .bind("id", look.job().id())
                        .add();
            }
            return batch.execute();
        });
        all.forEach(look -> lost.remove(look.job().id(), look));
    }

    /** Nobody may be at work on these any more: they hold no lease and no place, and are known until they end. */
    private void leaveOverlong(Instant asked) {
        Instant limit = asked.minus(longestLook);
        underWay.forEach((key, held) -> {
            if (held.since().isBefore(limit) && underWay.remove(key, held)) {
                overlong.put(held.look().job().id(), held.look());
                faults.happened(
                        "ending looks in time",
                        held.look().job().id() + " was claimed " + longestLook.toSeconds()
                                + " s ago and its look has not ended; it may be claimed again");
            }
        });
    }

    /** Says that the look is over, and that what came of it is committed. */
    void done(Look look) {
        release(look);
        lostInARow.remove(look.job().id());
        faults.works(look.job().id());
    }

    /** Says that the look came to nothing: its lease is given back as soon as the store takes that. */
    void lost(Look look, Throwable thrown) {
        faults.happened(LOOKS, look.job().id(), thrown);
        lostInARow.merge(look.job().id(), 1, Integer::sum);
        lost.put(look.job().id(), look);
        release(look);
    }

    private void release(Look look) {
        overlong.remove(look.job().id(), look);
        if (underWay.remove(key(look)) != null) {
            ended.incrementAndGet();
        }
        lag.over(clock.instant());
    }

    /** Says that the look is ended by whoever commits it with others. */
    void handedOver(Look look) {
        underWay.computeIfPresent(key(look), (key, held) -> new Held(look, held.since(), true));
    }

    /** Whether the look is under way, and nobody ends it but the message that it came with. */
    boolean isOpen(Look look) {
        Held held = underWay.get(key(look));
        return held != null ? !held.isHandedOver() : overlong.get(look.job().id()) == look;
    }

    RepeatedFaults faults() {
        return faults;
    }

    private static String key(Look look) {
        return Claimed.of(look).key();
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
