package io.trainwatch.webhook;

/**
 * One attempt to deliver one event to one target, under a lease.
 *
 * @param body the exact bytes, as text
 * @param attempt from 1
 * @param fence the number of the claim
 */
public record Delivery(
        long eventSeq, WebhookTarget target, String job, String eventId, String body, int attempt, long fence) {

    String key() {
        return eventSeq + "/" + target.name();
    }
}
