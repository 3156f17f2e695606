package io.trainwatch.webhook;

import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which deliveries this node is at, and which it takes next. Thread-safe.
 *
 * <p>What is due is read first, beside whoever writes; only the leases are written, all in one statement. A delivery that
 * another node, a replay or a settlement changed meanwhile has another fence, and is left alone.
 */
final class Claims {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.webhooks");

    private static final String LEASE = "update delivery set lease_owner = :node, lease_until = :until,"
            + " fence = fence + 1 where event_seq = :seq and target = :target and fence = :seen and status = 'pending'"
            + " and lease_until <= :now";

    private static final String EXTEND = "update delivery set lease_until = :until where event_seq = :seq"
            + " and target = :target and fence = :fence and lease_owner = :node";

    private final Store store;
    private final Map<String, WebhookTarget> targets;
    private final DeliveryAudit audit;
    private final String node;
    private final Duration lease;
    private final int workers;
    private final RepeatedFaults faults;
    private final StoreClock clock;
    private final Map<String, Held> underWay = new ConcurrentHashMap<>();
    /** Attempts that took longer than any may, until they end. */
    private final Map<String, Delivery> overlong = new ConcurrentHashMap<>();

    /** Targets that take nothing now. */
    private final Set<String> paused = ConcurrentHashMap.newKeySet();

    private volatile boolean registered;
    private volatile boolean draining;

    /**
     * A delivery that was claimed; the times are those of the steady clock.
     *
     * @param until when its lease ends; whoever still works on it then has lost it
     */
    private record Held(Delivery delivery, long claimedAt, long until) {

        /** A lease is extended for as long as an attempt may take, and not for an attempt that nobody is at any more. */
        boolean isOverlong(long now, Duration lease) {
            Duration timeout = delivery.target().limits().timeout();
            Duration longest = lease.multipliedBy(4).plus(timeout.multipliedBy(3));
            return now - claimedAt > longest.toMillis();
        }
    }

    Claims(
            Store store,
            Map<String, WebhookTarget> targets,
            DeliveryAudit audit,
            String node,
            Duration lease,
            int workers,
            RepeatedFaults faults,
            InstantSource clock) {
        this.store = store;
        this.targets = targets;
        this.audit = audit;
        this.node = node;
        this.lease = lease;
        this.workers = workers;
        this.faults = faults;
        this.clock = StoreClock.of(clock);
    }

    List<Delivery> claimDue() {
        if (draining || targets.isEmpty() || clock.whyNotToClaim().isPresent()) {
            return List.of();
        }
        register();
        long asked = clock.steady().millis();
        long now = clock.millis();
        leaveExpired(asked);
        Map<String, Integer> free = free();
        if (free.isEmpty()) {
            return List.of();
        }
        List<Unreadable> unreadable = new ArrayList<>();
        Map<String, List<Delivery>> due = store.read(handle -> due(handle, free, now, unreadable));
        unreadable.forEach(this::setAside);
        if (due.isEmpty()) {
            return List.of();
        }
        List<Delivery> claimed = store.leasing(handle -> lease(handle, within(handle, due, now), now));
        claimed.forEach(delivery -> underWay.put(delivery.key(), new Held(delivery, asked, asked + lease.toMillis())));
        return claimed;
    }

    private void leaveExpired(long now) {
        underWay.forEach((key, held) -> {
            if (held.until() <= now && underWay.remove(key, held)) {
                overlong.put(key, held.delivery());
                String what = "Ending attempts at " + held.delivery().target().name() + " in time";
                faults.warn(
                        what,
                        what,
                        "that to deliver event " + held.delivery().eventId()
                                + " has not ended; the event is sent again");
            }
        });
    }

    /**
     * Extends the leases of attempts that take long, so that a lease may be shorter than an attempt: what a process had
     * claimed that is gone is claimed by another one soon. To be called several times within the length of a lease.
     */
    void extend() {
        extend(lease.toMillis() * 3 / 4);
    }

    /** @param left extends those that end within so many milliseconds */
    private void extend(long left) {
        long asked = clock.steady().millis();
        List<Held> old = underWay.values().stream()
                .filter(held -> held.until() - asked < left && !held.isOverlong(asked, lease))
                .sorted(Comparator.comparing(Held::delivery, Delivery.ORDER)) // in which settlements lock them
                .toList();
        if (old.isEmpty()) {
            return;
        }
        long until = clock.millis() + lease.toMillis();
        List<Delivery> extended = store.leasing(handle -> extend(handle, old, until));
        extended.forEach(delivery -> underWay.computeIfPresent(
                delivery.key(),
                (key, held) -> held.delivery() == delivery
                        ? new Held(delivery, held.claimedAt(), asked + lease.toMillis())
                        : held));
    }

    /** The others were settled meanwhile, are replayed, or were taken over. */
    private List<Delivery> extend(Handle handle, List<Held> old, long until) {
        PreparedBatch batch = handle.prepareBatch(EXTEND);
        old.forEach(held -> batch.bind("until", until)
                .bind("seq", held.delivery().eventSeq())
                .bind("target", held.delivery().target().name())
                .bind("fence", held.delivery().fence())
                .bind("node", node)
                .add());
        List<Delivery> extended =
                matched(batch, old.stream().map(Held::delivery).toList());
        extended.stream()
                .filter(Delivery::probe)
                .forEach(
                        probe -> TargetStates.extendProbe(handle, probe.target().name(), until));
        return extended;
    }

    /** The attempt is over, whatever became of it. */
    void release(Delivery delivery) {
        underWay.computeIfPresent(delivery.key(), (key, held) -> held.delivery() == delivery ? null : held);
        overlong.remove(delivery.key(), delivery);
    }

    boolean isDraining() {
        return draining;
    }

    boolean isUnderWay(Delivery delivery) {
        Held held = underWay.get(delivery.key());
        return held != null && held.delivery() == delivery || overlong.get(delivery.key()) == delivery;
    }

    List<String> troubles() {
        return overlong.isEmpty()
                ? List.of()
                : List.of(overlong.size()
                        + (overlong.size() == 1
                                ? " attempt to deliver an event has not ended in time; it is made again meanwhile"
                                : " attempts to deliver events have not ended in time; they are made again meanwhile"));
    }

    /** Nobody calls {@link #extend} any more while attempts under way come to their end. */
    void drain() {
        draining = true;
        try {
            extend(lease.toMillis());
        } catch (RuntimeException e) {
            LOG.warn("The leases of deliveries under way could not be extended before the stop: {}", Words.of(e));
        }
    }

    int underWay() {
        return underWay.size();
    }

    void begin(String target) {
        paused.remove(target);
    }

    void pause(String target) {
        paused.add(target);
    }

    void registerAnew() {
        registered = false;
    }

    private void register() {
        if (!registered) {
            registered = true;
            store.transaction(handle -> {
                TargetStates.register(handle, targets.keySet());
                return null;
            });
        }
    }

    /** How many each target may have besides those under way; targets that may have none are not in it. */
    private Map<String, Integer> free() {
        Map<String, Long> busy = underWay.values().stream()
                .collect(Collectors.groupingBy(held -> held.delivery().target().name(), Collectors.counting()));
        int idle = workers - busy.values().stream().mapToInt(Long::intValue).sum();
        Map<String, Integer> free = new LinkedHashMap<>();
        targets.forEach((name, target) -> {
            long own = target.limits().concurrency() - busy.getOrDefault(name, 0L);
            if (Math.min(own, idle) > 0 && !paused.contains(name)) {
                free.put(name, (int) Math.min(own, idle));
            }
        });
        return free;
    }

    /** By target; those that may be sent nothing now, or have nothing, are not in it. */
    private Map<String, List<Delivery>> due(
            Handle handle, Map<String, Integer> free, long now, List<Unreadable> unreadable) {
        Map<String, List<Delivery>> due = new LinkedHashMap<>();
        for (TargetState state : TargetStates.all(handle)) {
            int most = free.getOrDefault(state.name(), 0);
            if (most > 0 && state.maySend(Instant.ofEpochMilli(now))) {
                boolean probe = state.status() == TargetState.Status.OPEN;
                WebhookTarget target = targets.get(state.name());
                List<Delivery> ofTarget = due(handle, target, probe ? 1 : most, now, probe, unreadable);
                if (!ofTarget.isEmpty()) {
                    due.put(state.name(), ofTarget);
                }
            }
        }
        return due;
    }

    /** A probe may be sent early: it is the target that is tried. */
    private List<Delivery> due(
            Handle handle, WebhookTarget target, int most, long now, boolean probe, List<Unreadable> unreadable) {
        return handle
                .createQuery(store.sql(Claims.class, "due-deliveries"))
                .bind("target", target.name())
                .bind("now", now)
                .bind("dueBy", probe ? Store.NEVER : now)
                .bind("most", most)
                .map((row, context) -> readable(row, target, probe, unreadable))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** A delivery of which this version does not know what is to be sent. */
    private record Unreadable(long seq, String target, String job, String eventId, String why) {}

    private static Optional<Delivery> readable(
            ResultSet row, WebhookTarget target, boolean probe, List<Unreadable> unreadable) throws SQLException {
        try {
            return Optional.of(delivery(row, target, probe));
        } catch (IllegalArgumentException e) {
            String why = "its row in the store cannot be read: the event's type is '" + row.getString("type")
                    + "' and its format '" + row.getString("format") + "'";
            unreadable.add(new Unreadable(
                    row.getLong("event_seq"), target.name(), row.getString("job"), row.getString("id"), why));
            return Optional.empty();
        }
    }

    /** It is dead without an attempt, so that later events of the job go out; a person can have it sent again. */
    private void setAside(Unreadable delivery) {
        long now = clock.millis();
        boolean isNew = store.transaction(handle -> {
            int rows = handle.createUpdate("update delivery set status = 'dead', next_attempt_at = :never,"
                            + " settled_at = :now, last_error = :why, lease_owner = '', lease_until = 0"
                            + " where event_seq = :seq and target = :target and status = 'pending'")
                    .bind("never", Store.NEVER)
                    .bind("now", now)
                    .bind("why", delivery.why())
                    .bind("seq", delivery.seq())
                    .bind("target", delivery.target())
                    .execute();
            if (rows > 0) {
                audit.unreadable(
                        handle,
                        delivery.job(),
                        delivery.eventId(),
                        delivery.target(),
                        Instant.ofEpochMilli(now),
                        delivery.why());
            }
            return rows > 0;
        });
        if (isNew) {
            faults.happened(
                    "Reading events for " + delivery.target() + " from the store",
                    "event " + delivery.eventId() + " of " + delivery.job() + " is dead: " + delivery.why()
                            + ". With a version that can read it, run: webhook replay " + delivery.eventId());
        }
    }

    /** Leaves out what probes and rates, which all nodes share, do not let through. */
    private List<Delivery> within(Handle handle, Map<String, List<Delivery>> due, long now) {
        List<Delivery> allowed = new ArrayList<>();
        due.forEach((name, deliveries) -> {
            WebhookTarget.Limits limits = targets.get(name).limits();
            int most = deliveries.size();
            if (deliveries.get(0).probe()) {
                most = TargetStates.takeProbe(handle, name, now, now + lease.toMillis()) ? 1 : 0;
            } else if (limits.perSecond().isPresent()) {
                most = TargetStates.spend(handle, name, most, limits.perSecond().getAsDouble(), now);
            }
            allowed.addAll(deliveries.subList(0, Math.min(most, workers - underWay.size() - allowed.size())));
        });
        return allowed;
    }

    private List<Delivery> lease(Handle handle, List<Delivery> wanted, long now) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        PreparedBatch batch = handle.prepareBatch(LEASE);
        wanted.forEach(delivery -> batch.bind("node", node)
                .bind("until", now + lease.toMillis())
                .bind("seq", delivery.eventSeq())
                .bind("target", delivery.target().name())
                .bind("seen", delivery.fence() - 1)
                .bind("now", now)
                .add());
        return matched(batch, wanted);
    }

    /** Those whose statement in the batch changed a row. */
    static <T> List<T> matched(PreparedBatch batch, List<T> ofBatch) {
        int[] changed = batch.execute();
        return IntStream.range(0, changed.length)
                .filter(i -> changed[i] > 0)
                .mapToObj(ofBatch::get)
                .toList();
    }

    private static Delivery delivery(ResultSet row, WebhookTarget target, boolean probe) throws SQLException {
        String format = row.getString("format");
        return new Delivery(
                row.getLong("event_seq"),
                target,
                row.getString("job"),
                row.getString("id"),
                EventType.ofWireName(row.getString("type")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                format == null ? Payload.Format.GENERIC : Payload.Format.valueOf(format),
                Optional.ofNullable(row.getString("body")).orElse(row.getString("event_body")),
                row.getInt("attempts") + 1,
                row.getLong("fence") + 1,
                probe);
    }
}
