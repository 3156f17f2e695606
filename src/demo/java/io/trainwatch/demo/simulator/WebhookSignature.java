package io.trainwatch.demo.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks signatures as the Standard Webhooks specification describes them: {@code v1,} and the Base64 of the
 * HMAC-SHA256 of {@code id.timestamp.body}.
 *
 * <p>Written from the specification and apart from the code that signs, so that neither can hide a mistake of the
 * other.
 */
final class WebhookSignature {

    private static final String SECRET_PREFIX = "whsec_";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final SecretKeySpec key;

    /**
     * @param secret {@code whsec_} and the Base64 of the key
     * @throws IllegalArgumentException where it is something else
     */
    WebhookSignature(String secret) {
        if (!secret.startsWith(SECRET_PREFIX)) {
            throw new IllegalArgumentException("a webhook secret starts with " + SECRET_PREFIX);
        }
        key = new SecretKeySpec(Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length())), "HmacSHA256");
    }

    /** A secret of 24 bytes that depends on the seed alone; for a simulation only. */
    static String secretOf(long seed) {
        long own = Chance.seed(seed, "webhook secret");
        byte[] bytes = new byte[24];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (Chance.at(own, i) * 256);
        }
        return SECRET_PREFIX + Base64.getEncoder().encodeToString(bytes);
    }

    /** Checks what came; a header that did not come is {@code null}. */
    SignatureCheck check(String id, String timestamp, String signatures, byte[] body, Instant now) {
        if (isBlank(id) || isBlank(timestamp) || isBlank(signatures)) {
            return SignatureCheck.HEADER_MISSING;
        }
        long sent;
        try {
            sent = Long.parseLong(timestamp);
        } catch (NumberFormatException e) {
            return SignatureCheck.TIMESTAMP_UNREADABLE;
        }
        if (sent < now.minus(TOLERANCE).getEpochSecond()) {
            return SignatureCheck.TOO_OLD;
        }
        if (sent > now.plus(TOLERANCE).getEpochSecond()) {
            return SignatureCheck.TOO_NEW;
        }
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(hmac(id, timestamp, body)))
                .getBytes(StandardCharsets.UTF_8);
        for (String signature : signatures.split(" ")) {
            if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
                return SignatureCheck.VALID;
            }
        }
        return SignatureCheck.MISMATCH;
    }

    private byte[] hmac(String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static boolean isBlank(String header) {
        return header == null || header.isBlank();
    }
}
