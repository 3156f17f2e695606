package io.trainwatch.webhook;

import java.util.Base64;

/** The key that deliveries to one target are signed with. Never shows itself. */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";

    private final byte[] key;

    private WebhookSecret(byte[] key) {
        this.key = key;
    }

    /**
     * Reads {@code whsec_} and base64.
     *
     * @throws IllegalArgumentException for anything else; the message does not show the text
     */
    public static WebhookSecret parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a webhook secret starts with " + PREFIX);
        }
        try {
            return new WebhookSecret(Base64.getDecoder().decode(text.substring(PREFIX.length())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a webhook secret is " + PREFIX + " and base64");
        }
    }

    byte[] key() {
        return key.clone();
    }

    @Override
    public String toString() {
        return "***";
    }
}
