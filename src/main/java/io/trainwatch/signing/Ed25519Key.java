package io.trainwatch.signing;

import io.trainwatch.text.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
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

/** A key whose public half can check but not sign. RFC 8032. */
final class Ed25519Key extends SigningKey {

    static final int BYTES = 32;
    private static final String ALGORITHM = "Ed25519";
    /** What an encoded public key starts with; its 32 bytes follow. RFC 8410, section 4. */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Optional<PrivateKey> secret;
    private final PublicKey open;
    private final byte[] raw;

    private Ed25519Key(Optional<PrivateKey> secret, PublicKey open) {
        super(Sha256.of(raw(open)));
        this.secret = secret;
        this.open = open;
        this.raw = raw(open);
    }

    /** @throws IllegalArgumentException where the key is neither 32 nor 64 bytes long */
    static Ed25519Key secret(byte[] key) {
        if (key.length != BYTES && key.length != 2 * BYTES) {
            throw new IllegalArgumentException("an Ed25519 secret key has 32 bytes, or 64 with its public key");
        }
        return ofSeed(Arrays.copyOf(key, BYTES));
    }

    /** @throws IllegalArgumentException where the key is not a public key of 32 bytes */
    static Ed25519Key open(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes");
        }
        byte[] encoded = Arrays.copyOf(X509, X509.length + BYTES);
        System.arraycopy(key, 0, encoded, X509.length, BYTES);
        return openOfDer(encoded);
    }

    static Ed25519Key secretOfDer(byte[] der) {
        try {
            PrivateKey key = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
            return ofSeed(((EdECPrivateKey) key).getBytes().orElseThrow());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the PEM holds no Ed25519 secret key");
        }
    }

    static Ed25519Key openOfDer(byte[] der) {
        try {
            return new Ed25519Key(
                    Optional.empty(), KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this is no Ed25519 public key");
        }
    }

    /** Java computes a public key only while it makes a pair: of random bytes, which the seed takes the place of. */
    private static Ed25519Key ofSeed(byte[] seed) {
        try {
            KeyPairGenerator pairs = KeyPairGenerator.getInstance(ALGORITHM);
            pairs.initialize(NamedParameterSpec.ED25519, new Given(seed));
            var pair = pairs.generateKeyPair();
            byte[] used = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            if (!Arrays.equals(used, seed)) {
                throw new IllegalStateException("This Java makes key pairs in a way of its own");
            }
            return new Ed25519Key(Optional.of(pair.getPrivate()), pair.getPublic());
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
