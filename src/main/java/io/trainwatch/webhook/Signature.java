package io.trainwatch.webhook;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs deliveries as Standard Webhooks says: HMAC-SHA256 over {@code id.timestamp.body}, scheme {@code v1}.
 *
 * <p>Thread-safe. Source: the Standard Webhooks specification, "Signature scheme".
 */
public final class Signature {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    public Signature(WebhookSecret secret) {
        this.key = new SecretKeySpec(secret.key(), ALGORITHM);
    }

    /** The headers that go with the body: {@code webhook-id}, {@code webhook-timestamp}, {@code webhook-signature}. */
    public Map<String, String> sign(String id, Instant at, byte[] body) {
        String timestamp = Long.toString(at.getEpochSecond());
        Mac mac = mac();
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        return Map.of(
                "webhook-id",
                id,
                "webhook-timestamp",
                timestamp,
                "webhook-signature",
                "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
