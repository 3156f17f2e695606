package io.trainwatch.audit;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key that signs and checks: whoever can check can also forge. */
final class HmacAuditKey extends AuditKey {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;
    private static final byte[] FOR_ID = "trainwatch audit key id".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;

    /** @throws IllegalArgumentException where the key does not have 24 to 64 bytes */
    HmacAuditKey(byte[] key) {
        super(mac(checked(key), FOR_ID));
        this.key = spec(key);
    }

    @Override
    public String algorithm() {
        return "hmac-sha256";
    }

    @Override
    public boolean signs() {
        return true;
    }

    @Override
    byte[] sign(byte[] message) {
        return mac(key, message);
    }

    @Override
    boolean verifies(byte[] message, byte[] signature) {
        return MessageDigest.isEqual(mac(key, message), signature);
    }

    @Override
    public String publicHalf() {
        return "";
    }

    private static SecretKeySpec checked(byte[] key) {
        if (key.length < SHORTEST || key.length > LONGEST) {
            throw new IllegalArgumentException("an hmac audit key has " + SHORTEST + " to " + LONGEST + " bytes");
        }
        return spec(key);
    }

    private static SecretKeySpec spec(byte[] key) {
        return new SecretKeySpec(key, ALGORITHM);
    }

    private static byte[] mac(SecretKeySpec key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(message);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
