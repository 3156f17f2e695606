package io.trainwatch.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

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
        Payload.Format format,
        String body,
        int attempt,
        long fence,
        boolean probe) {

    /** The order in which rows are locked, so that two transactions do not wait for each other. */
    static final Comparator<Delivery> ORDER = Comparator.comparingLong(Delivery::eventSeq)
            .thenComparing(delivery -> delivery.target().name());

    /** A delivery of an event that tells of no job, for trying the target; it is in no store. */
    public static Delivery ofTest(WebhookTarget target, Instant at) {
        Event event = EventFields.testEvent(Event.id("test", "test", target.name(), 1, at.toString()), at);
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

    /**
     * What is posted: the same bytes at every attempt, and headers of which the time and with it the signature differ.
     *
     * @param headers by name, {@code Content-Type} included
     */
    public record Request(Map<String, String> headers, byte[] body) {

        private static final String CONTENT_TYPE = "Content-Type";

        /** @param at the time of the attempt */
        public static Request of(Delivery delivery, Instant at) {
            WebhookTarget target = delivery.target();
            byte[] body = EventFields.withRoutingKey(
                            delivery.body(), target.payload().routingKey().orElse(""))
                    .getBytes(StandardCharsets.UTF_8);
            Map<String, String> headers = new LinkedHashMap<>(target.headers());
            headers.put(CONTENT_TYPE, delivery.format().contentType());
            if (delivery.format() == Payload.Format.CLOUDEVENTS_BINARY) {
                headers.putAll(cloudEvent(delivery));
            }
            headers.put("webhook-id", delivery.eventId());
            target.signature().ifPresent(signature -> headers.putAll(signature.sign(delivery.eventId(), at, body)));
            return new Request(headers, body);
        }

        /** The attributes as headers. Ids hold no character that would have to be encoded. */
        private static Map<String, String> cloudEvent(Delivery delivery) {
            String[] key = delivery.job().split("[:/]", 3);
            return Map.of(
                    "ce-specversion",
                    "1.0",
                    "ce-id",
                    delivery.eventId(),
                    "ce-source",
                    EventFields.source(key[0], key[1]),
                    "ce-type",
                    "io.trainwatch." + delivery.type().wireName(),
                    "ce-subject",
                    key[2],
                    "ce-time",
                    delivery.publishedAt().toString());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Request request
                    && headers.equals(request.headers)
                    && Arrays.equals(body, request.body);
        }

        @Override
        public int hashCode() {
            return 31 * headers.hashCode() + Arrays.hashCode(body);
        }
    }
}
