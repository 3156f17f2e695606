package io.trainwatch.webhook;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** A key whose other half, {@code whpk_}, can check but not sign: Ed25519, scheme {@code v1a}. RFC 8032. */
final class Ed25519Secret extends WebhookSecret {

    static final String PREFIX = "whsk_";
    private static final String ALGORITHM = "Ed25519";
    private static final int SEED = 32;
    /** Many libraries keep the public key behind the seed. */
    private static final int SEED_AND_PUBLIC = 64;

    private final PrivateKey key;

    /** @throws IllegalArgumentException where the key is neither 32 nor 64 bytes long */
    Ed25519Secret(byte[] key) {
        if (key.length != SEED && key.length != SEED_AND_PUBLIC) {
            throw new IllegalArgumentException("an Ed25519 secret key has 32 bytes, or 64 with its public key");
        }
        try {
            this.key = KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Arrays.copyOf(key, SEED)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java from 15 on has " + ALGORITHM, e);
        }
    }

    @Override
    String sign(byte[] head, byte[] body) {
        try {
            java.security.Signature signature = java.security.Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(head);
            signature.update(body);
            return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java from 15 on has " + ALGORITHM, e);
        }
    }
}
