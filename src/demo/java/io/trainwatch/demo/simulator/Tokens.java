package io.trainwatch.demo.simulator;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The access tokens that are good at present. For any thread. */
final class Tokens {

    private final long seed;
    private final AtomicLong issued = new AtomicLong();
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();

    Tokens(long seed) {
        this.seed = Chance.seed(seed, "tokens");
    }

    private record Grant(Set<String> scopes, Instant until) {}

    /** A new token, which is like no other of this seed. */
    String issue(Set<String> scopes, Instant now, Instant until) {
        grants.values().removeIf(grant -> !now.isBefore(grant.until()));
        long number = issued.incrementAndGet();
        String token = "sim-" + number + "-" + Long.toHexString(Chance.seed(seed, Long.toString(number)));
        grants.put(token, new Grant(scopes, until));
        return token;
    }

    /** What the bearer may do; {@code null} where the token is missing, unknown, expired or revoked. */
    Set<String> scopes(String authorization, Instant now) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        Grant grant = grants.get(authorization.substring(7).strip());
        return grant == null || !now.isBefore(grant.until()) ? null : grant.scopes();
    }

    void revokeAll() {
        grants.clear();
    }
}
