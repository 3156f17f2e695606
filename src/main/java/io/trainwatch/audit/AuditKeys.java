package io.trainwatch.audit;

import io.trainwatch.signing.SigningKey;
import java.util.List;
import java.util.Optional;

/**
 * The keys at hand: the first that can sign does, all of them check.
 *
 * @param all in the order of preference; none is allowed
 */
public record AuditKeys(List<SigningKey> all) {

    public static final AuditKeys NONE = new AuditKeys(List.of());

    public AuditKeys {
        all = List.copyOf(all);
    }

    Optional<SigningKey> signer() {
        return all.stream().filter(SigningKey::signs).findFirst();
    }

    Optional<SigningKey> byId(String id) {
        return all.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }
}
