package io.trainwatch.signing;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A key that signs, or checks what was signed. Never shows itself. Thread-safe.
 *
 * <p>Its {@link #id} stands beside what is signed, so that keys can be changed: the new one signs, the old one still checks
 * what it signed.
 */
public abstract sealed class SigningKey permits HmacKey, Ed25519Key {

    private final String id;

    /** @param id eight bytes that tell the key from others and tell nothing else about it */
    SigningKey(byte[] id) {
        this.id = HexFormat.of().formatHex(id, 0, 8);
    }

    /** A new Ed25519 secret key, as the audit reads it. */
    public static String generate() {
        byte[] seed = new byte[Ed25519Key.BYTES];
        new SecureRandom().nextBytes(seed);
        return KeyForm.ED25519 + Base64.getEncoder().encodeToString(seed);
    }

    /** 16 hexadecimal digits. */
    public final String id() {
        return id;
    }

    /** {@code hmac-sha256} or {@code ed25519}. */
    public abstract String algorithm();

    /** Whether it can sign; a public key cannot. */
    public abstract boolean signs();

    /** The signature over all parts, one after the other. */
    public abstract byte[] sign(byte[]... message);

    public abstract boolean verifies(byte[] message, byte[] signature);

    /** The half that others may have, as text; empty where there is none. */
    public abstract String publicHalf();

    @Override
    public final String toString() {
        return "***";
    }
}
