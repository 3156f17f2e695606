package io.trainwatch.watch;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.measure.Measures;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The looks of this process that have begun and not ended, and those that came to nothing.
 *
 * <p>The lease of a look is extended as long as it goes on, but no longer than any look may take; one that comes to nothing
 * has its lease given back as soon as the store takes that. Thread-safe.
 */
public final class LooksUnderWay {

    /** What {@link RepeatedFaults} calls the looks. */
    static final String LOOKS = "looking at jobs";

    private static final int MAX_NAMED = 5;

    private final Store store;
    private final Leases.Options options;
    private final Schedule schedule;
    private final RepeatedFaults faults;
    private final StoreClock clock;
    private final Nodes nodes;
    private final LookDelays lag = new LookDelays();
    /** By tenant, how many looks ended since the last claim. */
    private final Map<String, Integer> ended = new ConcurrentHashMap<>();

    private final Map<String, Held> underWay = new ConcurrentHashMap<>();
    /** Looks that took longer than any may, by the ids of their jobs, until they end. */
    private final Map<String, Look> overlong = new ConcurrentHashMap<>();
    /** Looks that came to nothing, by the ids of their jobs, until the store knows. */
    private final Map<String, Look> lost = new ConcurrentHashMap<>();
    /** How often in a row looks at a job came to nothing. */
    private final Map<String, Integer> lostInARow = new ConcurrentHashMap<>();
    /** Looks that were not taken since their tenant is paused, by the ids of their jobs, until the store knows. */
    private final Map<String, Look> postponed = new ConcurrentHashMap<>();

    private volatile Measures measures = Measures.NONE;

    /**
     * @param since when it was claimed, by the steady clock
     * @param isHandedOver whether it is to be committed with others, which ends it
     */
    private record Held(Look look, Instant since, boolean isHandedOver) {}

    LooksUnderWay(Store store, Leases.Options options, Schedule schedule, RepeatedFaults faults, InstantSource clock) {
        this.store = store;
        this.options = options;
        this.schedule = schedule;
        this.faults = faults;
        this.clock = StoreClock.of(clock);
        this.nodes = new Nodes(store, options.node(), this.clock);
    }

    void measure(Measures by) {
        measures = by;
    }

    /** Who measures the looks. */
    Measures measures() {
        return measures;
    }

    /** How many looks this node could take besides. */
    public int capacityLeft() {
        return Math.max(options.workers() - underWay.size(), 0);
    }

    /** The processes that share the store. */
    public Nodes nodes() {
        return nodes;
    }

    /** Says that the looks are under way. */
    public void begun(Collection<Look> looks) {
        Instant since = clock.steady().instant();
        for (Look look : looks) {
            underWay.put(key(look), new Held(look, since, false));
            if (!look.confirms()) {
                Duration late = Duration.between(look.job().nextPollAt(), look.claimedAt());
                lag.add(late);
                measures.claimedLate(late);
            }
        }
    }

    /** How many there are. */
    public int count() {
        return underWay.size();
    }

    /** How late looks were claimed. */
    public LookDelays lag() {
        return lag;
    }

    /** How many there are, by tenant. */
    Map<String, Integer> countByTenant() {
        Map<String, Integer> counts = new HashMap<>();
        underWay.values().forEach(held -> counts.merge(held.look().key().tenant(), 1, Integer::sum));
        return counts;
    }

    /** How many have ended since this was called last, by tenant. */
    Map<String, Integer> takeEnded() {
        Map<String, Integer> counts = new HashMap<>();
        ended.keySet().forEach(tenant -> counts.put(tenant, ended.remove(tenant)));
        return counts;
    }

    /** Says that so many looks more than have ended may be claimed at the tenant next. */
    void foreseeEnded(String tenant, int looks) {
        ended.merge(tenant, looks, Integer::sum);
    }

    /** Whether the lease with this fence is that of a look under way. */
    boolean holds(String job, long fence) {
        return underWay.containsKey(key(job, fence));
    }

    /** What is held up, in words; empty while nothing is. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        if (!overlong.isEmpty()) {
            troubles.add("Looks have been under way for longer than "
                    + options.longestLook().toSeconds() + " s, and others may look meanwhile: " + some(overlong));
        }
        if (!lost.isEmpty()) {
            troubles.add("What came of looks cannot be committed: " + some(lost));
        }
        return troubles;
    }

    /** The first of these jobs by name, and how many others there are. */
    static String some(Map<String, ?> jobs) {
        List<String> ids = jobs.keySet().stream().sorted().limit(MAX_NAMED).toList();
        int others = jobs.size() - ids.size();
        return String.join(", ", ids) + (others > 0 ? " and " + others + " more" : "");
    }

    /**
     * Gives back the leases of looks that came to nothing, and extends those of looks that take long; to be called several
     * times within the length of a lease.
     */
    public void extendLeases() {
        nodes.show();
        Instant now = clock.instant();
        Instant asked = clock.steady().instant();
        giveBack("give-back", lost, (batch, look) -> {
            int times = lostInARow.getOrDefault(look.job().id(), 1);
            batch.bind("next", schedule.afterFailure(now, times).toEpochMilli());
        });
        leaveOverlong(asked);
        List<Look> old = underWay.values().stream()
                .filter(held -> held.since().plus(options.lease().dividedBy(4)).isBefore(asked))
                .map(Held::look)
                .toList();
        long until = now.plus(options.lease()).toEpochMilli();
        updateLeases("extend-leases", old, (batch, look) -> batch.bind("until", until));
    }

    /** Those that have come since are left for the next time. */
    private void giveBack(String statement, Map<String, Look> looks, BiConsumer<PreparedBatch, Look> binding) {
        List<Look> all = List.copyOf(looks.values());
        updateLeases(statement, all, binding);
        all.forEach(look -> looks.remove(look.job().id(), look));
    }

    private void updateLeases(String statement, List<Look> looks, BiConsumer<PreparedBatch, Look> binding) {
        if (looks.isEmpty()) {
            return;
        }
        store.transaction(handle -> {
            PreparedBatch batch = handle.prepareBatch(store.sql(LooksUnderWay.class, statement));
            for (Look look : looks) {
                binding.accept(batch, look);
                batch.bind("node", options.node())
                        .bind("fence", look.job().fence())
                        .bind("id", look.job().id())
                        .add();
            }
            return batch.execute();
        });
    }

    /** Nobody may be at work on these any more: they hold no lease and no place, and are known until they end. */
    private void leaveOverlong(Instant asked) {
        Instant limit = asked.minus(options.longestLook());
        underWay.forEach((key, held) -> {
            if (held.since().isBefore(limit) && underWay.remove(key, held)) {
                overlong.put(held.look().job().id(), held.look());
                faults.happened(
                        "ending looks in time",
                        held.look().job().id() + " was claimed "
                                + options.longestLook().toSeconds()
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

    /** Says that the look was not taken, since its tenant is paused: the job is due as it was. */
    void postponed(Look look) {
        postponed.put(look.job().id(), look);
        release(look);
    }

    /** Gives back the leases of looks that were not taken. */
    void releasePostponed() {
        giveBack("release-unknown", postponed, (batch, look) -> {});
    }

    private void release(Look look) {
        overlong.remove(look.job().id(), look);
        if (underWay.remove(key(look)) != null) {
            foreseeEnded(look.key().tenant(), 1);
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

    private static String key(Look look) {
        return key(look.job().id(), look.job().fence());
    }

    private static String key(String job, long fence) {
        return job + "#" + fence;
    }
}
