package io.trainwatch.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Shares the workers between the tenants: one that responds slowly must not take those that others need at which looks were
 * taken lately. Not thread-safe.
 */
final class WorkerShares {

    /** A tenant at which looks were taken within this time has workers kept for it. */
    private static final Duration LATELY = Duration.ofMinutes(2);

    private final int workers;
    /** When looks at each tenant were claimed last, by the steady clock. */
    private final Map<String, Instant> claimedByTenant = new HashMap<>();

    WorkerShares(int workers) {
        this.workers = workers;
    }

    /**
     * How many looks at this tenant may be claimed.
     *
     * @param asked now, by the steady clock
     * @param free looks that may be claimed at any tenant
     * @param endedNow looks at this tenant that ended since the last claim
     * @param underWay looks that go on, by tenant
     */
    int of(String tenant, Instant asked, int free, int endedNow, Map<String, Integer> underWay) {
        claimedByTenant.put(tenant, asked);
        claimedByTenant.values().removeIf(claimed -> claimed.isBefore(asked.minus(LATELY)));
        int tenants = claimedByTenant.size();
        if (tenants == 1) {
            return free;
        }
        int kept = Math.max(workers / (2 * tenants), 1);
        int ofOthers = claimedByTenant.keySet().stream()
                .filter(other -> !other.equals(tenant))
                .mapToInt(other -> Math.max(kept - underWay.getOrDefault(other, 0), 0))
                .sum();
        int ownLimit = Math.max(workers - kept * (tenants - 1), 1) + 2 * endedNow;
        return Math.min(free - ofOthers, ownLimit - underWay.getOrDefault(tenant, 0));
    }
}
