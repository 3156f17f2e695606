package io.trainwatch.watch;

import io.trainwatch.errors.CallFailure;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * Tenants that are left alone for a while, by all nodes: they asked for it, or give no token.
 *
 * <p>Thread-safe. The pauses in a row are counted until a look at the tenant succeeds.
 */
public final class TenantPauses {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Store store;
    private final Schedule schedule;
    /** So that a successful look costs no query: the tenants with pauses that this node knows of. */
    private final Set<String> paused = ConcurrentHashMap.newKeySet();

    TenantPauses(Store store, Schedule schedule) {
        this.store = store;
        this.schedule = schedule;
        paused.addAll(store.read(handle -> handle.createQuery("select alias from tenant where pauses > 0")
                .mapTo(String.class)
                .list()));
    }

    /** Pauses for the time asked for. */
    void pause(Handle handle, String tenant, Instant now, Duration asked, CallFailure failure) {
        write(handle, tenant, now.plus(asked), failure);
    }

    /** Pauses for 1 s, doubled with each pause in a row up to 1 min. Pauses once for all looks that fail together. */
    void backOff(Handle handle, String tenant, Instant now, CallFailure failure) {
        Row row = row(handle, tenant);
        if (row.until() > now.toEpochMilli()) {
            return;
        }
        write(handle, tenant, now.plus(schedule.backoff(row.pauses() + 1, FIRST, LONGEST)), failure);
    }

    /** Says that the tenant answered. */
    void over(Handle handle, String tenant) {
        if (paused.remove(tenant)) {
            handle.createUpdate("update tenant set pauses = 0, paused_until = 0, reason = null where alias = :tenant")
                    .bind("tenant", tenant)
                    .execute();
        }
    }

    private void write(Handle handle, String tenant, Instant until, CallFailure failure) {
        handle.createUpdate("insert into tenant (alias, paused_until, pauses, reason_kind, reason)"
                        + " values (:tenant, :until, 1, :kind, :reason)"
                        + " on conflict (alias) do update set paused_until = :until, pauses = tenant.pauses + 1,"
                        + " reason_kind = :kind, reason = :reason")
                .bind("tenant", tenant)
                .bind("until", until.toEpochMilli())
                .bind("kind", failure.kind().name())
                .bind("reason", failure.message())
                .execute();
        paused.add(tenant);
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
