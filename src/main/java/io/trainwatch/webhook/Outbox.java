package io.trainwatch.webhook;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that are to be delivered, kept with the state that they tell about until their targets have them.
 *
 * <p>An event is delivered at least once; a repeated delivery has the same id and the same bytes. Events of one job reach
 * one target in order: a later one waits until the earlier one is delivered or dead. Thread-safe.
 */
public final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.webhooks");

    private final Store store;
    private final Map<String, WebhookTarget> targets;
    private final Journal journal;
    private final String node;
    private final Duration lease;
    private final int workers;
    private final DoubleSupplier random;
    private final InstantSource clock;
    private final Map<String, Delivery> underWay = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /**
     * @param targets by name
     * @param lease how long a claimed delivery is this node's; longer than one attempt can last
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
        this.targets = Map.copyOf(targets);
        this.journal = journal;
        this.node = node;
        this.lease = lease;
        this.workers = workers;
        this.random = random;
        this.clock = clock;
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
        seq.ifPresent(number -> targets.values().stream()
                .filter(target -> target.wants(event.eventType()))
                .forEach(target -> handle.createUpdate("insert into delivery (event_seq, target, job, status,"
                                + " next_attempt_at) values (:seq, :target, :job, 'pending', :now)")
                        .bind("seq", number)
                        .bind("target", target.name())
                        .bind("job", job)
                        .bind("now", now.toEpochMilli())
                        .execute()));
        return seq.isPresent();
    }

    /** Claims deliveries that are due and whose turn it is, no more than there are free workers. */
    public List<Delivery> claimDue() {
        int free = workers - underWay.size();
        long now = clock.millis();
        if (free <= 0 || draining || targets.isEmpty() || !anyDue(now)) {
            return List.of();
        }
        List<Delivery> claimed = store.transaction(handle -> handle.createQuery(store.sql(Outbox.class, "claim-due"))
                .bind("now", now)
                .bind("until", now + lease.toMillis())
                .bind("node", node)
                .bind("most", free)
                .bindList("targets", List.copyOf(targets.keySet()))
                .map((row, context) -> new Delivery(
                        row.getLong("event_seq"),
                        targets.get(row.getString("target")),
                        row.getString("job"),
                        row.getString("id"),
                        row.getString("body"),
                        row.getInt("attempts") + 1,
                        row.getLong("fence")))
                .list());
        claimed.forEach(delivery -> underWay.put(delivery.key(), delivery));
        return claimed;
    }

    private boolean anyDue(long now) {
        return store.read(handle -> handle.createQuery("select 1 from delivery where status = 'pending'"
                        + " and next_attempt_at <= :now and lease_until <= :now limit 1")
                .bind("now", now)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    /** Commits what became of an attempt, with its audit row; the next event of the job may go out then. */
    public void settle(Delivery delivery, DeliveryResult result) {
        try {
            store.transaction(handle -> {
                settle(handle, delivery, result);
                return null;
            });
        } finally {
            underWay.remove(delivery.key(), delivery);
        }
    }

    private void settle(Handle handle, Delivery delivery, DeliveryResult result) {
        Instant now = clock.instant();
        if (result instanceof DeliveryResult.Delivered delivered) {
            if (update(handle, delivery, "delivered", now, null)) {
                audit(handle, delivery, now, AuditAction.WEBHOOK_DELIVERED, "\"http_status\":" + delivered.status());
            }
            return;
        }
        Optional<Duration> wait = result instanceof DeliveryResult.Retry retry
                ? DeliverySchedule.delayBefore(delivery.attempt() + 1, random, retry.retryAfter())
                : Optional.empty();
        String reason = result.reason();
        if (wait.isPresent()) {
            if (update(handle, delivery, "pending", now.plus(wait.get()), reason)) {
                String next = ",\"next_attempt_in_seconds\":" + wait.get().toSeconds();
                audit(handle, delivery, now, AuditAction.WEBHOOK_FAILED, "\"reason\":" + json(reason) + next);
                LOG.warn(
                        "Event {} could not be delivered to {} (attempt {}): {}; next attempt in {} s",
                        delivery.eventId(),
                        delivery.target().name(),
                        delivery.attempt(),
                        reason,
                        wait.get().toSeconds());
            }
        } else if (update(handle, delivery, "dead", now, reason)) {
            audit(handle, delivery, now, AuditAction.WEBHOOK_DEAD, "\"reason\":" + json(reason));
            LOG.error(
                    "Event {} is dead for {} after {} attempts: {}. It is kept in the store.",
                    delivery.eventId(),
                    delivery.target().name(),
                    delivery.attempt(),
                    reason);
        }
    }

    private boolean update(Handle handle, Delivery delivery, String status, Instant when, String error) {
        boolean pending = "pending".equals(status);
        return handle.createUpdate(
                                "update delivery set status = :status, attempts = :attempts,"
                                        + " next_attempt_at = :next, settled_at = :settled, last_error = :error,"
                                        + " lease_owner = '', lease_until = 0"
                                        + " where event_seq = :seq and target = :target and fence = :fence and lease_owner = :node")
                        .bind("status", status)
                        .bind("attempts", delivery.attempt())
                        .bind("next", pending ? when.toEpochMilli() : Store.NEVER)
                        .bind("settled", pending ? null : (Long) when.toEpochMilli())
                        .bind("error", error)
                        .bind("seq", delivery.eventSeq())
                        .bind("target", delivery.target().name())
                        .bind("fence", delivery.fence())
                        .bind("node", node)
                        .execute()
                > 0;
    }

    private void audit(Handle handle, Delivery delivery, Instant at, AuditAction action, String more) {
        String[] key = delivery.job().split("[:/]", 3);
        String details = "{\"event_id\":" + json(delivery.eventId()) + ",\"target\":"
                + json(delivery.target().name()) + ",\"attempt\":" + delivery.attempt() + "," + more + "}";
        journal.write(handle, new AuditEntry(at, key[0], key[1], key[2], action, details));
    }

    private static String json(String text) {
        return '"'
                + new String(com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance()
                        .quoteAsString(text))
                + '"';
    }

    /** Claims nothing more. */
    public void drain() {
        draining = true;
    }

    /** How many attempts are under way. */
    public int underWay() {
        return underWay.size();
    }

    /** Deliveries of these jobs that are neither delivered nor dead, and those that are dead. */
    public List<Unsettled> unsettled(Collection<String> jobs) {
        if (jobs.isEmpty()) {
            return List.of();
        }
        return store.read(handle -> handle.createQuery(
                        "select d.job, d.target, d.status, d.attempts, d.last_error, e.id,"
                                + " e.type from delivery d join event e on e.seq = d.event_seq"
                                + " where d.status <> 'delivered' and d.job in (<jobs>) order by e.seq")
                .bindList("jobs", List.copyOf(jobs))
                .map((row, context) -> new Unsettled(
                        row.getString("job"),
                        row.getString("target"),
                        row.getString("id"),
                        row.getString("type"),
                        "dead".equals(row.getString("status")),
                        row.getInt("attempts"),
                        row.getString("last_error")))
                .list());
    }

    /**
     * A delivery that a target does not have.
     *
     * @param dead whether it was given up
     * @param lastError {@code null} before the first attempt
     */
    public record Unsettled(
            String job, String target, String eventId, String type, boolean dead, int attempts, String lastError) {}
}
