package io.trainwatch.optional.history;

import io.trainwatch.rules.Judge;
import io.trainwatch.rules.Policy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The policies that recorded looks were judged by, by their hash. Thread-safe. */
final class RecordedPolicies {

    private final Map<String, Known> byHash = new ConcurrentHashMap<>();

    private record Known(Policy policy, Judge judge) {}

    /** @throws IllegalArgumentException where the text is no policy, or the policy of another hash */
    void add(String hash, String definition) {
        Policy policy = PolicyJson.read(definition);
        String actual = PolicyJson.hash(PolicyJson.write(policy));
        if (!actual.equals(hash)) {
            throw new IllegalArgumentException("the definition of policy " + hash + " is that of policy " + actual
                    + ": it was changed, or comes from another version of Trainwatch");
        }
        byHash.putIfAbsent(hash, new Known(policy, Judge.of(policy)));
    }

    Optional<Policy> policy(String hash) {
        return find(hash).map(Known::policy);
    }

    Optional<Judge> judge(String hash) {
        return find(hash).map(Known::judge);
    }

    private Optional<Known> find(String hash) {
        return hash == null ? Optional.empty() : Optional.ofNullable(byHash.get(hash));
    }
}
