package io.trainwatch.webhook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Tells the journal what became of deliveries, in the transaction that makes it so. */
record DeliveryAudit(Journal journal) {

    void delivered(Handle handle, List<Settlements.Settled> all, Instant at) {
        journal.write(
                handle,
                all.stream()
                        .map(settled -> entry(
                                settled.delivery(),
                                at,
                                AuditAction.WEBHOOK_DELIVERED,
                                "\"http_status\":" + ((DeliveryResult.Delivered) settled.result()).status()))
                        .toList());
    }

    /** @param wait empty where the next attempt waits for a person */
    void failed(Handle handle, Delivery delivery, Instant at, String reason, Optional<Duration> wait) {
        String details = reason(reason)
                + ",\"next_attempt_in_seconds\":"
                + wait.map(Duration::toSeconds).orElse(null);
        write(handle, delivery, at, AuditAction.WEBHOOK_FAILED, details);
    }

    void dead(Handle handle, Delivery delivery, Instant at, String reason) {
        write(handle, delivery, at, AuditAction.WEBHOOK_DEAD, reason(reason));
    }

    /** Dead without an attempt, since the row of the delivery cannot be read. */
    void unreadable(Handle handle, String job, String eventId, String target, Instant at, String reason) {
        journal.write(
                handle,
                entry(job, at, AuditAction.WEBHOOK_DEAD, "{" + names(eventId, target) + "," + reason(reason) + "}"));
    }

    void disabled(Handle handle, Delivery delivery, Instant at, String reason) {
        write(handle, delivery, at, AuditAction.WEBHOOK_DISABLED, reason(reason));
    }

    /** Of no job. */
    void enabled(Handle handle, String target, Undelivered.Wish wish, Instant at) {
        String details = "{\"target\":" + json(target) + wished(wish) + "}";
        journal.write(handle, AuditEntry.ofNoJob(at, AuditAction.WEBHOOK_ENABLED, details));
    }

    void replayed(Handle handle, String job, String eventId, String target, Undelivered.Wish wish, Instant at) {
        String details = "{" + names(eventId, target) + wished(wish) + "}";
        journal.write(handle, entry(job, at, AuditAction.WEBHOOK_REPLAYED, details));
    }

    /** Of no job. */
    void tested(Handle handle, String target, TestDelivery sent, Undelivered.Wish wish, Instant at) {
        String details = "{\"target\":" + json(target) + ",\"taken\":" + sent.taken() + ",\"http_status\":"
                + sent.status() + wished(wish) + "}";
        journal.write(handle, AuditEntry.ofNoJob(at, AuditAction.WEBHOOK_TESTED, details));
    }

    private static String wished(Undelivered.Wish wish) {
        return ",\"by\":" + json(wish.by()) + (wish.why().isEmpty() ? "" : ",\"why\":" + json(wish.why()));
    }

    private void write(Handle handle, Delivery delivery, Instant at, AuditAction action, String more) {
        journal.write(handle, entry(delivery, at, action, more));
    }

    private static AuditEntry entry(Delivery delivery, Instant at, AuditAction action, String more) {
        String names = names(delivery.eventId(), delivery.target().name()) + ",\"event_type\":"
                + json(delivery.type().wireName());
        return entry(delivery.job(), at, action, "{" + names + ",\"attempt\":" + delivery.attempt() + "," + more + "}");
    }

    private static AuditEntry entry(String job, Instant at, AuditAction action, String details) {
        String[] key = job.split("[:/]", 3);
        return new AuditEntry(at, key[0], key[1], key[2], action, details);
    }

    private static String names(String eventId, String target) {
        return "\"event_id\":" + json(eventId) + ",\"target\":" + json(target);
    }

    private static String reason(String reason) {
        return "\"reason\":" + json(reason);
    }

    private static String json(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
