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

    /** A rate that a tenant took once grows by itself in this time; much later nobody knows any more. */
    private static final Duration GROWTH = Duration.ofMinutes(1);

    private static final int FORGOTTEN_AFTER = 15;

    private final Map<String, Double> requestsPerSecond;
    private final Duration interval;

    /**
     * @param requestsPerSecond by tenant; a tenant that is not in it has no limit
     * @param interval the longest time between two looks at a job
     */
    public RequestBudget(Map<String, Double> requestsPerSecond, Duration interval) {
        this.requestsPerSecond = Map.copyOf(requestsPerSecond);
        this.interval = interval;
    }

    /** Keeps to a rate that the tenant names, until then; it may be lower than the one of the settings. */
    void limit(Handle handle, String tenant, double perSecond, Instant until) {
        handle.createUpdate("insert into tenant (alias, max_rate, max_rate_until) values (:tenant, :rate, :until)"
                        + " on conflict (alias) do update set max_rate = :rate, max_rate_until = :until")
                .bind("tenant", tenant)
                .bind("rate", perSecond)
                .bind("until", until.toEpochMilli())
                .execute();
    }

    /** Halves the rate of the tenant, which refused for it and says no more; it recovers slowly. */
    void halve(Handle handle, String tenant, Instant now) {
        Double rate = rate(handle, tenant, now);
        limit(handle, tenant, (rate == null ? usual(handle, tenant) : rate) / 2, now);
    }

    /** What looks at all jobs of the tenant come to, and one an interval at least. */
    private double usual(Handle handle, String tenant) {
        long jobs = handle.createQuery(
                        "select count(*) from job where tenant = :tenant and phase in ('WATCHING', 'STOPPING')")
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .one();
        return Math.max(jobs, 1) * 1000.0 / interval.toMillis();
    }

    /** Requests a second, by the settings and by what the tenant takes; {@code null} for no limit. */
    private Double rate(Handle handle, String tenant, Instant now) {
        Double set = requestsPerSecond.get(tenant);
        Double taken = handle.createQuery(
                        "select max_rate, max_rate_until from tenant where alias = :tenant and max_rate is not null")
                .bind("tenant", tenant)
                .map((row, context) -> grown(row.getDouble("max_rate"), row.getLong("max_rate_until"), now))
                .findOne()
                .orElse(Double.POSITIVE_INFINITY);
        return taken.isInfinite() || set != null && set < taken ? set : taken;
    }

    private static double grown(double rate, long until, Instant now) {
        double since = Math.max(now.toEpochMilli() - until, 0) / (double) GROWTH.toMillis();
        return since > FORGOTTEN_AFTER ? Double.POSITIVE_INFINITY : rate * (1 + since);
    }

    /** How many of {@code wanted} looks may be sent now; so it stays until the caller's transaction ends. */
    public int affordable(Handle handle, String tenant, int wanted, Instant now) {
        Double rate = rate(handle, tenant, now);
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
        Double rate = rate(handle, tenant, now);
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
        if (looks == 0 || !spend(handle, tenant, looks, now)) {
            return;
        }
        handle.createUpdate("update tenant set looked_at = :now where alias = :tenant")
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** How many of {@code wanted} lists may be sent now; so it stays until the caller's transaction ends. */
    public int affordableLists(Handle handle, String tenant, int wanted, Instant now) {
        Double rate = rate(handle, tenant, now);
        return rate == null ? wanted : Math.min(wanted, affordable(spent(handle, tenant), rate, BURST_OF_LISTS, now));
    }

    /**
     * Takes the requests from the budget, even where it has not enough: later ones then wait longer.
     *
     * @return whether the tenant has a budget
     */
    public boolean spend(Handle handle, String tenant, int requests, Instant now) {
        Double rate = rate(handle, tenant, now);
        if (rate == null || requests == 0) {
            return false;
        }
        handle.createUpdate("insert into tenant (alias, next_free_at) values (:tenant, :now + :worth)"
                        + " on conflict (alias) do update set next_free_at ="
                        + " case when tenant.next_free_at > :now then tenant.next_free_at else :now end + :worth")
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .bind("worth", (long) Math.ceil(1000 / rate * requests))
                .execute();
        return true;
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
