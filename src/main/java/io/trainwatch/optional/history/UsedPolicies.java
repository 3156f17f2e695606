package io.trainwatch.optional.history;

import io.trainwatch.rules.Policy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/** The policies that looks are judged by, each written and hashed once. Thread-safe. */
final class UsedPolicies {

    /** Policies come and go with their files; what is forgotten is only written and hashed again. */
    private static final int MOST = 1_000;

    /** By identity: comparing rules would cost more than judging by them. */
    private final Map<Policy, Used> known = Collections.synchronizedMap(new IdentityHashMap<>());

    Used of(Policy policy) {
        Used used = known.get(policy);
        if (used == null) {
            if (known.size() >= MOST) {
                known.clear();
            }
            String definition = PolicyJson.write(policy);
            used = new Used(PolicyJson.hash(definition), definition);
            known.put(policy, used);
        }
        return used;
    }

    /** A policy in the form in which it is recorded. */
    static final class Used {
        private final String hash;
        private final String definition;
        private volatile long recordedAt = Long.MIN_VALUE;

        Used(String hash, String definition) {
            this.hash = hash;
            this.definition = definition;
        }

        String hash() {
            return hash;
        }

        String definition() {
            return definition;
        }

        /** Unix milliseconds of when the store was last told that it is used. */
        long recordedAt() {
            return recordedAt;
        }

        void recorded(long at) {
            recordedAt = at;
        }
    }
}
