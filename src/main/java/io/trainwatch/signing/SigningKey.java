package io.trainwatch.signing;

import io.trainwatch.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs, or checks what was signed. Never shows itself. Thread-safe.
 *
 * <p>Its {@link #id} stands beside what is signed, so that keys can be changed: the new one signs, the old one still checks
 * what it signed.
 */
public abstract sealed class SigningKey {

    private final String id;

    /** @param id eight bytes that tell the key from others and tell nothing else about it */
    SigningKey(byte[] id) {
        this.id = HexFormat.of().formatHex(id, 0, 8);
    }

    /** A new Ed25519 secret key, as the audit reads it. */
    public static String generate() {
        byte[] seed = new byte[Ed25519.BYTES];
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

    /** A key that signs and checks: whoever can check can also forge. */
    static final class Hmac extends SigningKey {

        private static final String ALGORITHM = "HmacSHA256";
        private static final int MIN_BYTES = 24;
        private static final int MAX_BYTES = 64;
        private static final byte[] FOR_ID = "trainwatch audit key id".getBytes(StandardCharsets.US_ASCII);

        private final SecretKeySpec key;

        /**
         * @param what such a key, for people
         * @throws IllegalArgumentException where the key does not have 24 to 64 bytes
         */
        Hmac(byte[] key, String what) {
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

    /** A key whose public half can check but not sign. RFC 8032. */
    static final class Ed25519 extends SigningKey {

        static final int BYTES = 32;
        private static final String ALGORITHM = "Ed25519";
        /** What an encoded public key starts with; its 32 bytes follow. RFC 8410, section 4. */
        private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

        private final Optional<PrivateKey> secret;
        private final PublicKey open;
        private final byte[] raw;

        private Ed25519(Optional<PrivateKey> secret, PublicKey open) {
            super(Sha256.of(raw(open)));
            this.secret = secret;
            this.open = open;
            this.raw = raw(open);
        }

        /** @throws IllegalArgumentException where the key is neither 32 nor 64 bytes long */
        static Ed25519 secret(byte[] key) {
            if (key.length != BYTES && key.length != 2 * BYTES) {
                throw new IllegalArgumentException("an Ed25519 secret key has 32 bytes, or 64 with its public key");
            }
            return ofSeed(Arrays.copyOf(key, BYTES));
        }

        /** @throws IllegalArgumentException where the key is not a public key of 32 bytes */
        static Ed25519 open(byte[] key) {
            if (key.length != BYTES) {
                throw new IllegalArgumentException("an Ed25519 public key has 32 bytes");
            }
            byte[] encoded = Arrays.copyOf(X509, X509.length + BYTES);
            System.arraycopy(key, 0, encoded, X509.length, BYTES);
            return openOfDer(encoded);
        }

        static Ed25519 secretOfDer(byte[] der) {
            try {
                PrivateKey key = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
                return ofSeed(((EdECPrivateKey) key).getBytes().orElseThrow());
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("the PEM holds no Ed25519 secret key");
            }
        }

        static Ed25519 openOfDer(byte[] der) {
            try {
                return new Ed25519(
                        Optional.empty(),
                        KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("this is no Ed25519 public key");
            }
        }

        /** Java computes a public key only while it makes a pair: of random bytes, which the seed takes the place of. */
        private static Ed25519 ofSeed(byte[] seed) {
            try {
                KeyPairGenerator pairs = KeyPairGenerator.getInstance(ALGORITHM);
                pairs.initialize(NamedParameterSpec.ED25519, new Given(seed));
                var pair = pairs.generateKeyPair();
                byte[] used = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
                if (!Arrays.equals(used, seed)) {
                    throw new IllegalStateException("This Java makes key pairs in a way of its own");
                }
                return new Ed25519(Optional.of(pair.getPrivate()), pair.getPublic());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every Java from 15 on has " + ALGORITHM, e);
            }
        }

        @Override
        public String algorithm() {
            return "ed25519";
        }

        @Override
        public boolean signs() {
            return secret.isPresent();
        }

        @Override
        public byte[] sign(byte[]... message) {
            try {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initSign(secret.orElseThrow());
                for (byte[] part : message) {
                    signature.update(part);
                }
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every Java from 15 on has " + ALGORITHM, e);
            }
        }

        @Override
        public boolean verifies(byte[] message, byte[] signed) {
            try {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initVerify(open);
                signature.update(message);
                return signature.verify(signed);
            } catch (GeneralSecurityException e) {
                // What has not even the form of a signature.
                return false;
            }
        }

        @Override
        public String publicHalf() {
            return KeyForm.ED25519_PUBLIC + Base64.getEncoder().encodeToString(raw);
        }

        private static byte[] raw(PublicKey key) {
            byte[] encoded = key.getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - BYTES, encoded.length);
        }

        /** Random bytes that are not random. */
        private static final class Given extends SecureRandom {

            private static final long serialVersionUID = 1L;

            private final transient byte[] bytes;

            Given(byte[] bytes) {
                this.bytes = bytes;
            }

            @Override
            public void nextBytes(byte[] filled) {
                System.arraycopy(bytes, 0, filled, 0, filled.length);
            }
        }
    }
}
