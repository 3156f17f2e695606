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
 * further ahead of now than its burst allows.
 *
 * <p>A list takes the place of many looks, so that lists go before looks: they may be further ahead. So that no job is
 * left unwatched where the lists alone are more than the tenant takes, about a tenth of the rate is there for looks,
 * whatever else is sent.
 */
public final class RequestBudget {

    /** What looks may spend at once: the rate of this long, since they are claimed in ticks. */
    private static final Duration BURST = Duration.ofMillis(500);
    /**
     * What lists may: many trainings that end together are asked about together, and no list waits for that. In any time
     * t, the rate of t and of this long is sent, at most; {@code max-requests-per-second} for Cognigy is set by that.
     */
    private static final Duration BURST_OF_LISTS = Duration.ofSeconds(90);

    /** Of the rate since the latest look. */
    private static final double SHARE_OF_LOOKS = 0.1;

    private final Map<String, Double> requestsPerSecond;

    /** @param requestsPerSecond by tenant; a tenant that is not in it has no limit */
    public RequestBudget(Map<String, Double> requestsPerSecond) {
        this.requestsPerSecond = Map.copyOf(requestsPerSecond);
    }

    /** How many of {@code wanted} looks may be sent now; so it stays until the caller's transaction ends. */
    public int affordable(Handle handle, String tenant, int wanted, Instant now) {
        Double rate = requestsPerSecond.get(tenant);
        if (rate == null) {
            return wanted;
        }
        Spent spent = spent(handle, tenant);
        double ofShare = Math.min(
                (now.toEpochMilli() - spent.lookedAt()) / 1000.0 * rate * SHARE_OF_LOOKS,
                Math.max(BURST.toMillis() / 1000.0 * rate * SHARE_OF_LOOKS, 1));
        return Math.min(wanted, Math.max(affordable(spent, rate, BURST, now), (int) ofShare));
    }

    /** Whether the tenant has a budget at all. */
    public boolean isLimited(String tenant) {
        return requestsPerSecond.containsKey(tenant);
    }

    /** How many looks could be sent now; 0 for a tenant without a budget. */
    public int left(Handle handle, String tenant, Instant now) {
        Double rate = requestsPerSecond.get(tenant);
        if (rate == null) {
            return 0;
        }
        long freeAt = handle.createQuery("select next_free_at from tenant where alias = :tenant")
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
        return affordable(new Spent(freeAt, 0), rate, BURST, now);
    }

    /** Takes looks that were affordable from the budget. */
    public void spendLooks(Handle handle, String tenant, int looks, Instant now) {
        if (!requestsPerSecond.containsKey(tenant) || looks == 0) {
            return;
        }
        spend(handle, tenant, looks, now);
        handle.createUpdate("update tenant set looked_at = :now where alias = :tenant")
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** How many of {@code wanted} lists may be sent now; so it stays until the caller's transaction ends. */
    public int affordableLists(Handle handle, String tenant, int wanted, Instant now) {
        Double rate = requestsPerSecond.get(tenant);
        return rate == null ? wanted : Math.min(wanted, affordable(spent(handle, tenant), rate, BURST_OF_LISTS, now));
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

    private static int affordable(Spent spent, double rate, Duration atOnce, Instant now) {
        double worth = 1000 / rate;
        double ahead = Math.max(spent.nextFreeAt() - now.toEpochMilli(), 0);
        double burst = Math.max(atOnce.toMillis(), worth);
        return (int) Math.max((burst - ahead) / worth, 0);
    }

    /** @param lookedAt when looks were last claimed; 0 where none was */
    private record Spent(long nextFreeAt, long lookedAt) {}

    /** Locks the row until the end of the transaction: two nodes must not both spend what is there for one. */
    private static Spent spent(Handle handle, String tenant) {
        return handle.createQuery("insert into tenant (alias) values (:tenant)"
                        + " on conflict (alias) do update set next_free_at = tenant.next_free_at"
                        + " returning next_free_at, looked_at")
                .bind("tenant", tenant)
                .map((row, context) -> new Spent(row.getLong("next_free_at"), row.getLong("looked_at")))
                .one();
    }
}
