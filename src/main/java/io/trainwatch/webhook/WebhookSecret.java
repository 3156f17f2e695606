package io.trainwatch.webhook;

import java.util.Base64;

/**
 * A key that deliveries to one target are signed with. Never shows itself. Thread-safe.
 *
 * <p>Source: the Standard Webhooks specification 1.0.0, "Signature scheme".
 */
public abstract sealed class WebhookSecret permits HmacSecret, Ed25519Secret {

    /**
     * Reads {@code whsec_} and the base64 of a symmetric key, or {@code whsk_} and that of an Ed25519 secret key.
     *
     * @throws IllegalArgumentException for anything else; the message does not show the text
     */
    public static WebhookSecret parse(String text) {
        if (text.startsWith(HmacSecret.PREFIX)) {
            return new HmacSecret(decode(text, HmacSecret.PREFIX));
        }
        if (text.startsWith(Ed25519Secret.PREFIX)) {
            return new Ed25519Secret(decode(text, Ed25519Secret.PREFIX));
        }
        throw new IllegalArgumentException(
                "a webhook secret starts with " + HmacSecret.PREFIX + " or " + Ed25519Secret.PREFIX);
    }

    /** The scheme, a comma, and the base64 of the signature over both parts, one after the other. */
    abstract String sign(byte[] head, byte[] body);

    private static byte[] decode(String text, String prefix) {
        try {
            return Base64.getDecoder().decode(text.substring(prefix.length()));
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message shows a part of the text.
            throw new IllegalArgumentException("a webhook secret is " + prefix + " and base64");
        }
    }

    @Override
    public final String toString() {
        return "***";
    }
}
