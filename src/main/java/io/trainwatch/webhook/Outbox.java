package io.trainwatch.webhook;

import io.trainwatch.audit.Journal;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.measure.Measures;
import io.trainwatch.settings.Problem;
import io.trainwatch.store.SharedCommit;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The events that are to be delivered, kept with the state that they are about until their targets have them.
 *
 * <p>An event is delivered at least once; a repeated delivery has the same id and the same bytes. Events of one job reach
 * one target in order: a later one waits until the earlier one is delivered or dead. A target has a lane of its own, so
 * that one that is slow or dead delays no other. Thread-safe.
 */
public final class Outbox {

    /** More would hold up others that want to write. */
    private static final int MAX_TOGETHER = 200;

    private final Store store;
    private final Map<String, WebhookTarget> targets;
    private final int workers;
    private final Claims claims;
    private final SharedCommit<Settlements.Settled> settlements;
    private final RepeatedFaults faults = new RepeatedFaults();
    private volatile Measures measures = Measures.NONE;

    /**
     * @param targets by name
     * @param lease how long a claimed delivery is this node's without being extended
     * @param workers attempts under way at once, at most
     */
    public Outbox(
            Store store,
            Map<String, WebhookTarget> targets,
            Journal journal,
            String node,
            Duration lease,
            int workers,
            DoubleSupplier random,
            InstantSource clock) {
        this.store = store;
        this.targets = new ConcurrentHashMap<>(targets);
        this.workers = workers;
        this.claims = new Claims(store, this.targets, new DeliveryAudit(journal), node, lease, workers, faults, clock);
        this.settlements = new SharedCommit<>(
                MAX_TOGETHER,
                new Settlements(store, new DeliveryAudit(journal), node, faults, random, clock)::commit,
                this::lost);
    }

    /**
     * Keeps events for one more target from now on. It is sent them between {@link #begin} and {@link #pause}.
     *
     * @throws IllegalArgumentException where there is another target of that name
     */
    public synchronized void add(WebhookTarget target) {
        WebhookTarget same = targets.get(target.name());
        if (same == target) {
            return;
        }
        if (same != null) {
            throw new IllegalArgumentException("there is another target " + Problem.quoted(target.name())
                    + " already: give this one a name of its own by the option target");
        }
        claims.pause(target.name());
        targets.put(target.name(), target);
        claims.registerAnew();
    }

    /** Keeps no more events for it; what it was not sent stays in the store. */
    public void remove(String target) {
        targets.remove(target);
    }

    public void begin(String target) {
        claims.begin(target);
    }

    public void pause(String target) {
        claims.pause(target);
    }

    /** By name, those that were added later too. */
    public Map<String, WebhookTarget> targets() {
        return Collections.unmodifiableMap(targets);
    }

    /** That the target failed would be a lie, to its breaker and in the audit. */
    private void lost(Settlements.Settled settled, Throwable cause) {
        faults.happened(
                "The record of deliveries", "event " + settled.delivery().eventId() + " is sent again", cause);
    }

    /** Has the attempts measured from now on. */
    public void measure(Measures by) {
        measures = by;
    }

    /** What fails again and again, for the log. */
    public RepeatedFaults faults() {
        return faults;
    }

    /**
     * Adds the event, for each target that wants its type, in the caller's transaction.
     *
     * @return {@code false} where an event of this id is there already; nothing is changed then
     */
    public boolean publish(Handle handle, String job, Event event, Instant now) {
        Optional<Long> seq = handle.createQuery("insert into event (id, job, type, body, created_at)"
                        + " values (:id, :job, :type, :body, :now) on conflict (id) do nothing returning seq")
                .bind("id", event.eventId())
                .bind("job", job)
                .bind("type", event.eventType().wireName())
                .bind("body", event.body())
                .bind("now", now.toEpochMilli())
                .mapTo(Long.class)
                .findOne();
        seq.ifPresent(number -> address(handle, number, job, event, now));
        return seq.isPresent();
    }

    /** What each target is to get is settled now, so that it stays the same even if the settings change before. */
    private void address(Handle handle, long seq, String job, Event event, Instant now) {
        PreparedBatch batch = handle.prepareBatch("insert into delivery (event_seq, target, job, status,"
                + " next_attempt_at, format, body) values (:seq, :target, :job, 'pending', :now, :format, :body)");
        for (WebhookTarget target : targets.values()) {
            if (target.wants(event)) {
                Payload.Format format = target.payload().format();
                batch.bind("seq", seq)
                        .bind("target", target.name())
                        .bind("job", job)
                        .bind("now", now.toEpochMilli())
                        .bind("format", format == Payload.Format.GENERIC ? null : format.name())
                        .bind("body", target.payload().rendered(event).orElse(null))
                        .add();
            }
        }
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    /** Claims deliveries that are due and whose turn it is, no more than their targets may be sent now. */
    public List<Delivery> claimDue() {
        // Where the store is slower than the targets, what they have answered must not pile up.
        return settlements.open() < workers ? claims.claimDue() : List.of();
    }

    /**
     * Commits what became of an attempt, with its audit row, at once or with what others commit at the moment; the next
     * event of the job may go out then. Where the store does not take it, the delivery is claimed again once the lease is
     * over.
     */
    public void settle(Delivery delivery, DeliveryResult result) {
        // First, because the commit wakes who claims, and the target's place is free already: the attempt is over.
        claims.release(delivery);
        measures.delivered(delivery.target().name(), result.text());
        settlements.commit(new Settlements.Settled(delivery, result));
    }

    /** Extends the leases of attempts that take long; to be called several times within the length of a lease. */
    public void extendLeases() {
        claims.extend();
    }

    /** Claims nothing more. */
    public void drain() {
        claims.drain();
    }

    /** Whether nobody has settled the attempt, and no stop has cut it short. */
    boolean isLeftOver(Delivery delivery) {
        return claims.isUnderWay(delivery) && !claims.isDraining();
    }

    /** What is held up, in words; empty while nothing is. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>(claims.troubles());
        targetStates().stream()
                .filter(state -> !state.isWell())
                .forEach(state -> troubles.add("Target " + state.name() + ": " + state.describe()));
        return troubles;
    }

    /** How many attempts are under way. */
    public int underWay() {
        return claims.underWay();
    }

    /** How the configured targets do. */
    public List<TargetState> targetStates() {
        return store.read(TargetStates::all).stream()
                .filter(state -> targets.containsKey(state.name()))
                .toList();
    }

    /** Deliveries of these jobs that are neither delivered nor dead, and those that are dead. */
    public List<EventList.EventDelivery> unsettled(Collection<String> jobs) {
        return jobs.isEmpty() ? List.of() : store.read(handle -> EventList.EventDelivery.unsettledOf(handle, jobs));
    }
}
