package io.trainwatch.audit;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key that checkpoints are signed with, or checked. Never shows itself. Thread-safe.
 *
 * <p>Its {@link #id} stands in the checkpoints, so that keys can be changed: the new one signs, the old one still checks
 * what it signed.
 */
public abstract sealed class AuditKey permits HmacAuditKey, Ed25519AuditKey {

    static final String HMAC = "hmac:";
    static final String ED25519 = "ed25519:";
    static final String ED25519_PUBLIC = "ed25519-public:";
    private static final Pattern ONE = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]+)-----END \\1-----|[^\\s,]+");

    private final String id;

    /** @param id eight bytes that tell the key from others and tell nothing else about it */
    AuditKey(byte[] id) {
        this.id = HexFormat.of().formatHex(id, 0, 8);
    }

    /**
     * Reads keys that are separated by commas or white space: {@code hmac:} and the base64 of 24 to 64 bytes,
     * {@code ed25519:} and that of a secret key (its 32 bytes, or 64 with the public key), {@code ed25519-public:} and
     * that of a public key, or either half of an Ed25519 key in PEM as OpenSSL writes it.
     *
     * @throws IllegalArgumentException for anything else; the message does not show the text
     */
    public static List<AuditKey> parse(String text) {
        List<AuditKey> keys = new ArrayList<>();
        Matcher one = ONE.matcher(text);
        while (one.find()) {
            keys.add(one.group(1) == null ? ofPrefix(one.group()) : ofPem(one.group(1), one.group(2)));
        }
        return keys;
    }

    /** A new Ed25519 secret key as text. */
    public static String generate() {
        byte[] seed = new byte[Ed25519AuditKey.BYTES];
        new SecureRandom().nextBytes(seed);
        return ED25519 + Base64.getEncoder().encodeToString(seed);
    }

    /** 16 hexadecimal digits. */
    public final String id() {
        return id;
    }

    /** {@code hmac-sha256} or {@code ed25519}. */
    public abstract String algorithm();

    /** Whether it can sign; a public key cannot. */
    public abstract boolean signs();

    abstract byte[] sign(byte[] message);

    abstract boolean verifies(byte[] message, byte[] signature);

    /** The half that others may have, as text; empty where there is none. */
    public abstract String publicHalf();

    @Override
    public final String toString() {
        return algorithm() + " key " + id;
    }

    private static AuditKey ofPrefix(String text) {
        if (text.startsWith(HMAC)) {
            return new HmacAuditKey(decode(text, HMAC));
        }
        if (text.startsWith(ED25519)) {
            return Ed25519AuditKey.secret(decode(text, ED25519));
        }
        if (text.startsWith(ED25519_PUBLIC)) {
            return Ed25519AuditKey.open(decode(text, ED25519_PUBLIC));
        }
        throw new IllegalArgumentException(
                "an audit key starts with " + HMAC + ", " + ED25519 + " or " + ED25519_PUBLIC + ", or is in PEM");
    }

    private static AuditKey ofPem(String type, String body) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the PEM of an audit key is not base64");
        }
        return switch (type) {
            case "PRIVATE KEY" -> Ed25519AuditKey.secretOfDer(der);
            case "PUBLIC KEY" -> Ed25519AuditKey.openOfDer(der);
            default -> throw new IllegalArgumentException("an audit key in PEM is a PRIVATE KEY or a PUBLIC KEY");
        };
    }

    private static byte[] decode(String text, String prefix) {
        try {
            return Base64.getDecoder().decode(text.substring(prefix.length()));
        } catch (IllegalArgumentException e) {
            // Without the cause, whose message shows a part of the text.
            throw new IllegalArgumentException("an audit key is " + prefix + " and base64");
        }
    }
}
