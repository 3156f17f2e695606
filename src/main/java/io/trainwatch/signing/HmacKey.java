package io.trainwatch.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key that signs and checks: whoever can check can also forge. */
final class HmacKey extends SigningKey {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;
    private static final byte[] FOR_ID = "trainwatch audit key id".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;

    /**
     * @param what such a key, for people
     * @throws IllegalArgumentException where the key does not have 24 to 64 bytes
     */
    HmacKey(byte[] key, String what) {
        super(mac(checked(key, what), FOR_ID));
        this.key = checked(key, what);
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
    public byte[] sign(byte[]... message) {
        return mac(key, message);
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        return MessageDigest.isEqual(mac(key, message), signature);
    }

    @Override
    public String publicHalf() {
        return "";
    }

    private static SecretKeySpec checked(byte[] key, String what) {
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException(what + " has " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
        }
        return new SecretKeySpec(key, ALGORITHM);
    }

    private static byte[] mac(SecretKeySpec key, byte[]... message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (byte[] part : message) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
