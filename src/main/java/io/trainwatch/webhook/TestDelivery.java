package io.trainwatch.webhook;

import io.trainwatch.http.Clients;
import io.trainwatch.text.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * A signed event of type {@code test}, sent to a target as any other would be, and what came back.
 *
 * @param status of HTTP; 0 where nothing came back
 * @param text the beginning of what came back, or why nothing did
 */
public record TestDelivery(boolean taken, int status, String text) {

    private static final int SHOWN_CHARACTERS = 500;
    private static final int MAX_BYTES = 64 * 1024;

    public static TestDelivery send(WebhookTarget target, Clients clients, InstantSource clock) {
        if (target.camelUri().isPresent()) {
            return new TestDelivery(false, 0, "it is a Camel endpoint: send to that from a route to test it");
        }
        Delivery.Request event = Delivery.Request.of(Delivery.ofTest(target, clock.instant()), clock.instant());
        HttpPost request = new HttpPost(target.url());
        event.headers().forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(event.body(), null));
        try {
            return clients.get(Clients.webhook(target.name()))
                    .execute(request, response -> of(target.payload().format(), response));
        } catch (IOException e) {
            return new TestDelivery(
                    false,
                    0,
                    DeliveryResult.ofException(e, target.limits().timeout()).reason());
        }
    }

    private static TestDelivery of(Payload.Format format, ClassicHttpResponse response) throws IOException {
        byte[] body = response.getEntity() == null
                ? new byte[0]
                : response.getEntity().getContent().readNBytes(MAX_BYTES);
        String text = SafeText.bounded(new String(body, StandardCharsets.UTF_8), SHOWN_CHARACTERS);
        return new TestDelivery(
                DeliveryResult.isTaken(format, response.getCode(), body),
                response.getCode(),
                text.isBlank() ? "" : text);
    }
}
