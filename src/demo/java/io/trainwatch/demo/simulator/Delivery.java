package io.trainwatch.demo.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * One request that reached the webhook receiver.
 *
 * @param at when it was read whole
 * @param path the path, decoded
 * @param id the header {@code webhook-id}, an empty text where it did not come
 * @param timestamp the header {@code webhook-timestamp} as it came, an empty text where it did not
 * @param headers all headers, names in lower case, several values of one joined with {@code ", "}
 * @param body the bytes as they came; not to be changed
 * @param signature what the signature is worth
 * @param answered the HTTP status decided on; 0 where the connection was closed without an answer
 * @param authorized whether an {@code Authorization} header came, which a webhook of ours must not carry
 */
public record Delivery(
        Instant at,
        String path,
        String id,
        String timestamp,
        Map<String, String> headers,
        byte[] body,
        SignatureCheck signature,
        int answered,
        boolean authorized) {

    /** The body read as UTF-8. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
