package io.trainwatch.text;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, FIPS 180-4, and how its hashes are written: lower-case hexadecimal digits. */
public final class Sha256 {

    private Sha256() {}

    /** To be fed with parts. For one thread. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    public static byte[] of(byte[] message) {
        return digest().digest(message);
    }

    public static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    /** @param bytes so many bytes of the hash only */
    public static String hex(byte[] hash, int bytes) {
        return HexFormat.of().formatHex(hash, 0, bytes);
    }

    /** @throws IllegalArgumentException where there are other characters */
    public static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
