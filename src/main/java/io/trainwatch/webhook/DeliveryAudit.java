package io.trainwatch.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Records in the journal what became of deliveries, in the transaction that makes it so. */
record DeliveryAudit(Journal journal) {

    void delivered(Handle handle, List<Settlements.Settled> all, Instant at) {
        journal.write(
                handle,
                all.stream()
                        .map(settled -> entry(
                                settled.delivery(),
                                at,
                                AuditAction.WEBHOOK_DELIVERED,
                                answer((DeliveryResult.Delivered) settled.result(), settled.delivery())))
                        .toList());
    }

    private static ObjectNode answer(DeliveryResult.Delivered result, Delivery delivery) {
        return result.status() == 0
                ? details(delivery).put("endpoint", delivery.target().origin())
                : details(delivery).put("http_status", result.status());
    }

    /** @param wait empty where the next attempt waits for a person */
    void failed(Handle handle, Delivery delivery, Instant at, String reason, Optional<Duration> wait) {
        ObjectNode details = details(delivery)
                .put("reason", reason)
                .put("next_attempt_in_seconds", wait.map(Duration::toSeconds).orElse(null));
        journal.write(handle, entry(delivery, at, AuditAction.WEBHOOK_FAILED, details));
    }

    /** The delivery is dead, or its target disabled. */
    void ended(Handle handle, AuditAction action, Delivery delivery, Instant at, String reason) {
        journal.write(handle, entry(delivery, at, action, details(delivery).put("reason", reason)));
    }

    /** Dead without an attempt, since the row of the delivery cannot be read. */
    void unreadable(Handle handle, String job, String eventId, String target, Instant at, String reason) {
        ObjectNode details = details(eventId, target).put("reason", reason);
        journal.write(handle, entry(job, at, AuditAction.WEBHOOK_DEAD, details));
    }

    /** By a person; of no job. */
    void ofTarget(Handle handle, AuditAction action, String target, Undelivered.Wish wish, Instant at) {
        ofTarget(handle, action, JsonNodeFactory.instance.objectNode().put("target", target), wish, at);
    }

    private void ofTarget(Handle handle, AuditAction action, ObjectNode details, Undelivered.Wish wish, Instant at) {
        journal.write(
                handle, AuditEntry.ofNoJob(at, action, wished(details, wish).toString()));
    }

    void replayed(Handle handle, String job, String eventId, String target, Undelivered.Wish wish, Instant at) {
        journal.write(handle, entry(job, at, AuditAction.WEBHOOK_REPLAYED, wished(details(eventId, target), wish)));
    }

    /** Of no job. */
    void tested(Handle handle, String target, TestDelivery sent, Undelivered.Wish wish, Instant at) {
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("target", target)
                .put("taken", sent.taken())
                .put("http_status", sent.status());
        ofTarget(handle, AuditAction.WEBHOOK_TESTED, details, wish, at);
    }

    private static ObjectNode wished(ObjectNode details, Undelivered.Wish wish) {
        details.put("by", wish.by());
        return wish.why().isEmpty() ? details : details.put("why", wish.why());
    }

    private static AuditEntry entry(Delivery delivery, Instant at, AuditAction action, ObjectNode details) {
        return entry(delivery.job(), at, action, details);
    }

    private static AuditEntry entry(String job, Instant at, AuditAction action, ObjectNode details) {
        String[] key = job.split("[:/]", 3);
        return new AuditEntry(at, key[0], key[1], key[2], action, details.toString());
    }

    private static ObjectNode details(Delivery delivery) {
        return details(delivery.eventId(), delivery.target().name())
                .put("event_type", delivery.type().wireName())
                .put("attempt", delivery.attempt());
    }

    private static ObjectNode details(String eventId, String target) {
        return JsonNodeFactory.instance.objectNode().put("event_id", eventId).put("target", target);
    }
}
