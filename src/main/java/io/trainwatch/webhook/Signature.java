package io.trainwatch.webhook;

import io.trainwatch.signing.SigningKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Signs deliveries as Standard Webhooks says: over {@code id.timestamp.body}, once with each active secret, so that a
 * receiver accepts what is sent before, while and after it changes its secret.
 *
 * <p>Thread-safe. Source: the Standard Webhooks specification 1.0.0, "Signature scheme" and "Webhook headers".
 */
public final class Signature {

    private final List<SigningKey> secrets;

    /** @param secrets all that are active, at least one; receivers take the first that fits, so the order is free */
    public Signature(List<SigningKey> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("nothing can be signed without a secret");
        }
        this.secrets = List.copyOf(secrets);
    }

    /** The headers that go with the body: {@code webhook-id}, {@code webhook-timestamp}, {@code webhook-signature}. */
    public Map<String, String> sign(String id, Instant at, byte[] body) {
        String timestamp = Long.toString(at.getEpochSecond());
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        return Map.of(
                "webhook-id",
                id,
                "webhook-timestamp",
                timestamp,
                "webhook-signature",
                secrets.stream().map(secret -> signature(secret, head, body)).collect(Collectors.joining(" ")));
    }

    /** The scheme, a comma, and the base64 of the signature. */
    private static String signature(SigningKey secret, byte[] head, byte[] body) {
        String scheme = secret.algorithm().equals("ed25519") ? "v1a" : "v1";
        return scheme + "," + Base64.getEncoder().encodeToString(secret.sign(head, body));
    }
}
