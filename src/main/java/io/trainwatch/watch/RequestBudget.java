package io.trainwatch.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Keeps the requests to each tenant below its {@code max-requests-per-second}, for all nodes together.
 *
 * <p>The generic cell rate algorithm (ITU-T I.371, its virtual scheduling form) on one instant a tenant, kept in the
 * store: each request moves it on by the time that one request is worth, and a request is affordable while it is not
 * further ahead of now than the burst allows.
 */
public final class RequestBudget {

    /** What may be spent at once: the rate of this long, since looks are claimed in ticks. */
    private static final Duration BURST = Duration.ofMillis(500);

    private final Map<String, Double> requestsPerSecond;

    /** @param requestsPerSecond by tenant; a tenant that is not in it has no limit */
    public RequestBudget(Map<String, Double> requestsPerSecond) {
        this.requestsPerSecond = Map.copyOf(requestsPerSecond);
    }

    /** How many of {@code wanted} requests may be sent now; so it stays until the caller's transaction ends. */
    public int affordable(Handle handle, String tenant, int wanted, Instant now) {
        Double rate = requestsPerSecond.get(tenant);
        if (rate == null) {
            return wanted;
        }
        double worth = 1000 / rate;
        double ahead = Math.max(nextFreeAt(handle, tenant) - now.toEpochMilli(), 0);
        double burst = Math.max(BURST.toMillis(), worth);
        return (int) Math.min(wanted, Math.max((burst - ahead) / worth, 0));
    }

    /** Takes the requests from the budget, even where it has not enough: later ones then wait longer. */
    public void spend(Handle handle, String tenant, int requests, Instant now) {
        Double rate = requestsPerSecond.get(tenant);
        if (rate == null || requests == 0) {
            return;
        }
        handle.createUpdate("insert into tenant (alias, next_free_at) values (:tenant, :now + :worth)"
                        + " on conflict (alias) do update set next_free_at ="
                        + " case when tenant.next_free_at > :now then tenant.next_free_at else :now end + :worth")
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .bind("worth", (long) Math.ceil(1000 / rate * requests))
                .execute();
    }

    /** Locks the row until the end of the transaction: two nodes must not both spend what is there for one. */
    private static long nextFreeAt(Handle handle, String tenant) {
        return handle.createQuery(
                        "insert into tenant (alias) values (:tenant)"
                                + " on conflict (alias) do update set next_free_at = tenant.next_free_at returning next_free_at")
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .one();
    }
}
