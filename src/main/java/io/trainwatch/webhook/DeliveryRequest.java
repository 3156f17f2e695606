package io.trainwatch.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is posted: the same bytes at every attempt, and headers of which the time and with it the signature differ.
 *
 * @param headers by name, {@code Content-Type} included
 */
public record DeliveryRequest(Map<String, String> headers, byte[] body) {

    private static final String CONTENT_TYPE = "Content-Type";

    /** @param at the time of the attempt */
    public static DeliveryRequest of(Delivery delivery, Instant at) {
        WebhookTarget target = delivery.target();
        byte[] body = EventFields.withRoutingKey(
                        delivery.body(), target.payload().routingKey().orElse(""))
                .getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = new LinkedHashMap<>(target.headers());
        headers.put(CONTENT_TYPE, delivery.format().contentType());
        if (delivery.format() == PayloadFormat.CLOUDEVENTS_BINARY) {
            headers.putAll(cloudEvent(delivery));
        }
        headers.put("webhook-id", delivery.eventId());
        target.signature().ifPresent(signature -> headers.putAll(signature.sign(delivery.eventId(), at, body)));
        return new DeliveryRequest(headers, body);
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
        return other instanceof DeliveryRequest request
                && headers.equals(request.headers)
                && Arrays.equals(body, request.body);
    }

    @Override
    public int hashCode() {
        return 31 * headers.hashCode() + Arrays.hashCode(body);
    }
}
