package io.trainwatch.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A value that must not be seen in a log, a message or a debugger's list of variables: a client secret, a password, a
 * signing key.
 *
 * <p>Only {@link #reveal()} gives the text. Immutable and safe for use by many threads.
 */
public final class Secret {

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where the text is empty */
    public static Secret of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a secret is not empty");
        }
        return new Secret(text);
    }

    /** The text itself. Call it where the text is sent or used, and keep the result nowhere. */
    public String reveal() {
        return text;
    }

    /** Takes the same time however much of the two texts agrees, so that guessing letter by letter gains nothing. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Always {@code ***}. */
    @Override
    public String toString() {
        return "***";
    }
}
