package io.trainwatch.watch;

import io.trainwatch.errors.CallFailure;
import io.trainwatch.errors.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * Tenants that are left alone for a while, by all nodes: they asked for it, or give no token.
 *
 * <p>Thread-safe. The pauses in a row are counted until a look at the tenant succeeds.
 */
public final class TenantPauses {

    /** A longer wait than this is the tenant's, not only the job's. */
    private static final Duration SHORT = Duration.ofSeconds(10);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Schedule schedule;
    private final Duration longest;

    /** @param longest no pause is longer, whatever the tenant asks for: it must not keep silent what becomes of its jobs */
    TenantPauses(Schedule schedule, Duration longest) {
        this.schedule = schedule;
        this.longest = longest;
    }

    /** Pauses where the other jobs of the tenant would meet the same as the look that failed like this. */
    public void afterLook(Handle handle, String tenant, CallFailure failure, Instant now) {
        if (asksForMore(failure)) {
            pause(handle, tenant, now, failure.retryAfter().get(), failure);
        } else if (failure.kind().isOfTenant()) {
            backOff(handle, tenant, now, failure);
        }
    }

    /** Pauses where looks would meet the same as the cancel that failed like this; a right to look is no right to cancel. */
    void afterCancel(Handle handle, String tenant, CallFailure failure, Instant now) {
        boolean answered = failure.status() != 0;
        if (!answered || asksForMore(failure)) {
            afterLook(handle, tenant, failure, now);
        }
    }

    private static boolean asksForMore(CallFailure failure) {
        // Without a status it was the token endpoint that asked, and all jobs of the tenant need a token.
        boolean isOfTenant = failure.status() == 0 || failure.status() == 429 || failure.status() == 503;
        return isOfTenant
                && failure.retryAfter()
                        .filter(wait -> wait.compareTo(SHORT) > 0)
                        .isPresent();
    }

    /** Pauses for the time asked for, or as long as an earlier pause lasts. Looks that fail together are one pause. */
    public void pause(Handle handle, String tenant, Instant now, Duration asked, CallFailure failure) {
        write(handle, tenant, now, now.plus(asked.compareTo(longest) < 0 ? asked : longest), failure);
    }

    /** Pauses for 1 s, doubled with each pause in a row up to 1 min. Pauses once for all looks that fail together. */
    private void backOff(Handle handle, String tenant, Instant now, CallFailure failure) {
        Row row = row(handle, tenant);
        if (row.until() > now.toEpochMilli()) {
            return;
        }
        write(handle, tenant, now, now.plus(schedule.backoff(row.pauses() + 1, FIRST, LONGEST)), failure);
    }

    /**
     * Says that the tenant answered.
     *
     * @param claimedAt when the look began that has the answer; it says nothing of a pause that was still to come
     */
    public void over(Handle handle, String tenant, Instant claimedAt) {
        handle.createUpdate("update tenant set pauses = 0, paused_until = 0, reason_kind = null, reason = null"
                        + " where alias = :tenant and pauses > 0 and paused_until <= :claimed")
                .bind("tenant", tenant)
                .bind("claimed", claimedAt.toEpochMilli())
                .execute();
    }

    /** Forgets the pauses in a row, and ends those that no tenant asked for. */
    static void forget(Handle handle, List<String> tenants) {
        handle.createUpdate("update tenant set pauses = 0,"
                        + " paused_until = case when reason_kind in (<kinds>) then 0 else paused_until end"
                        + " where alias in (<tenants>) and pauses > 0")
                .bindList("kinds", FailureKind.UNAUTHORISED.name(), FailureKind.NO_TOKEN.name())
                .bindList("tenants", tenants)
                .execute();
    }

    /** @param reason for people */
    public record Pause(Instant until, String reason) {}

    /** The pauses that last, by tenant. */
    public static Map<String, Pause> lasting(Handle handle, Instant now) {
        Map<String, Pause> pauses = new TreeMap<>();
        handle.createQuery("select alias, paused_until, reason from tenant where paused_until > :now")
                .bind("now", now.toEpochMilli())
                .map((row, context) -> pauses.put(
                        row.getString("alias"),
                        new Pause(Instant.ofEpochMilli(row.getLong("paused_until")), row.getString("reason"))))
                .list();
        return pauses;
    }

    /** The pauses that last, in words. */
    static List<String> inWords(Handle handle, Instant now) {
        return lasting(handle, now).entrySet().stream()
                .map(pause -> "Tenant " + pause.getKey() + " is left alone until "
                        + pause.getValue().until() + ": " + pause.getValue().reason())
                .toList();
    }

    private static void write(Handle handle, String tenant, Instant now, Instant until, CallFailure failure) {
        handle.createUpdate("insert into tenant (alias, paused_until, pauses, reason_kind, reason)"
                        + " values (:tenant, :until, 1, :kind, :reason)"
                        + " on conflict (alias) do update set"
                        + " paused_until = case when tenant.paused_until > :until then tenant.paused_until else :until end,"
                        + " pauses = tenant.pauses + case when tenant.paused_until > :now then 0 else 1 end,"
                        + " reason_kind = :kind, reason = :reason")
                .bind("tenant", tenant)
                .bind("now", now.toEpochMilli())
                .bind("until", until.toEpochMilli())
                .bind("kind", failure.kind().name())
                .bind("reason", failure.message())
                .execute();
    }

    private static Row row(Handle handle, String tenant) {
        return handle.createQuery("select paused_until, pauses from tenant where alias = :tenant")
                .bind("tenant", tenant)
                .map((row, context) -> new Row(row.getLong("paused_until"), row.getInt("pauses")))
                .findOne()
                .orElse(new Row(0, 0));
    }

    private record Row(long until, int pauses) {}
}
