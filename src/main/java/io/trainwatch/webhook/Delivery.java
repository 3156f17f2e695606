package io.trainwatch.webhook;

import java.time.Instant;
import java.util.Comparator;

/**
 * One attempt to deliver one event to one target, under a lease.
 *
 * @param job {@code tenant:project/job}
 * @param publishedAt when the event was put into the outbox
 * @param format the shape that it was given then
 * @param body the exact bytes, as text, but for the routing key
 * @param attempt from 1
 * @param fence the number of the claim
 * @param probe whether it tries out a target that took nothing before
 */
public record Delivery(
        long eventSeq,
        WebhookTarget target,
        String job,
        String eventId,
        EventType type,
        Instant publishedAt,
        PayloadFormat format,
        String body,
        int attempt,
        long fence,
        boolean probe) {

    /** The order in which rows are locked, so that two transactions do not wait for each other. */
    static final Comparator<Delivery> ORDER = Comparator.comparingLong(Delivery::eventSeq)
            .thenComparing(delivery -> delivery.target().name());

    /** A delivery of an event that tells of no job, for trying the target; it is in no store. */
    public static Delivery ofTest(WebhookTarget target, Instant at) {
        Event event = EventFields.testEvent(EventId.of("test", "test", target.name(), 1, at.toString()), at);
        return new Delivery(
                0,
                target,
                "test:test/test",
                event.eventId(),
                event.eventType(),
                at,
                target.payload().format(),
                target.payload().body(event),
                1,
                0,
                false);
    }

    String key() {
        return eventSeq + "/" + target.name();
    }
}
