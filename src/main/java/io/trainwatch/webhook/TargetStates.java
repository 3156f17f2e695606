package io.trainwatch.webhook;

import io.trainwatch.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The rows of the targets. Those that change a row lock it first, so that two nodes do so one after the other. */
final class TargetStates {

    private static final String COLUMNS =
            "name, status, failures, failing_since, paused_until, next_probe_at, probes, changed_at, reason";

    /** As it is before any failure; besides, who closes it says when. */
    private static final String CLOSED = "status = 'closed', failures = 0, failing_since = null, paused_until = 0,"
            + " next_probe_at = 0, probes = 0, reason = null";

    private TargetStates() {}

    static void register(Handle handle, Collection<String> names) {
        names.stream()
                .sorted()
                .forEach(name -> handle.execute(
                        "insert into webhook_target (name) values (?) on conflict (name) do nothing", name));
    }

    static List<TargetState> all(Handle handle) {
        return handle.createQuery("select " + COLUMNS + " from webhook_target order by name")
                .map((row, context) -> state(row))
                .list();
    }

    /** The state, which stays as it is until the transaction ends. */
    static Optional<TargetState> lock(Handle handle, String name) {
        return handle.select("update webhook_target set failures = failures where name = ? returning " + COLUMNS, name)
                .map((row, context) -> state(row))
                .findOne();
    }

    static void save(Handle handle, TargetState state) {
        handle.createUpdate("update webhook_target set status = :status, failures = :failures,"
                        + " failing_since = :since, paused_until = :pausedUntil, next_probe_at = :nextProbeAt,"
                        + " probes = :probes, changed_at = :changed,"
                        + " reason = :reason where name = :name")
                .bind("status", wireName(state.status()))
                .bind("failures", state.failures())
                .bind("since", Store.millis(state.failingSince()))
                .bind("pausedUntil", state.pausedUntil().toEpochMilli())
                .bind("nextProbeAt", state.nextProbeAt().toEpochMilli())
                .bind("probes", state.probes())
                .bind("changed", Store.millis(state.changedAt()))
                .bind("reason", state.reason())
                .bind("name", state.name())
                .execute();
    }

    /** Those of the targets that failed last, of which most are none most of the time. */
    static Set<String> failing(Handle handle) {
        return handle.createQuery("select name from webhook_target where failures > 0 or status = 'open'")
                .mapTo(String.class)
                .set();
    }

    /** The target took something. Says whether it was open, that is, taken to be away. */
    static boolean recovered(Handle handle, String name, Instant now) {
        boolean wasOpen = handle.execute(
                        "update webhook_target set " + CLOSED + ", changed_at = ? where name = ? and status = 'open'",
                        now.toEpochMilli(),
                        name)
                > 0;
        if (!wasOpen) {
            handle.execute(
                    "update webhook_target set failures = 0, failing_since = null, reason = null"
                            + " where name = ? and status = 'closed' and failures > 0",
                    name);
        }
        return wasOpen;
    }

    /** Has the target be sent nothing. Says whether it was sent anything before. */
    static boolean disable(Handle handle, String name, String reason, Instant now) {
        register(handle, List.of(name));
        return handle.execute(
                        "update webhook_target set status = 'disabled', changed_at = ?, reason = ?"
                                + " where name = ? and status in ('closed', 'open')",
                        now.toEpochMilli(),
                        reason,
                        name)
                > 0;
    }

    /** Lets the target be sent everything again. Says whether it was disabled. */
    static boolean enable(Handle handle, String name, Instant now) {
        boolean wasDisabled = handle.execute(
                        "update webhook_target set " + CLOSED + ", changed_at = null"
                                + " where name = ? and status not in ('closed', 'open')",
                        name)
                > 0;
        if (wasDisabled) {
            makeDue(handle, name, now);
        }
        return wasDisabled;
    }

    /** What failed while the target took nothing need not wait for its next attempt. */
    static void makeDue(Handle handle, String name, Instant now) {
        handle.execute(
                "update delivery set next_attempt_at = ? where status = 'pending' and target = ? and next_attempt_at > ?",
                now.toEpochMilli(),
                name,
                now.toEpochMilli());
    }

    /** Takes the right to send the one probe; another node may have it after that time. */
    static boolean takeProbe(Handle handle, String name, long now, long until) {
        return handle.execute(
                        "update webhook_target set next_probe_at = ?"
                                + " where name = ? and status = 'open' and next_probe_at <= ?",
                        until,
                        name,
                        now)
                > 0;
    }

    /** Keeps the right to the one probe, which takes long. */
    static void extendProbe(Handle handle, String name, long until) {
        handle.execute(
                "update webhook_target set next_probe_at = ?"
                        + " where name = ? and status = 'open' and next_probe_at < ?",
                until,
                name,
                until);
    }

    /**
     * Takes so many deliveries from the rate, of which a second's worth may be saved up.
     *
     * @return how many there are, no more than wanted
     */
    static int spend(Handle handle, String name, int wanted, double perSecond, long now) {
        long freeAt = handle.createQuery(
                        "update webhook_target set rate_free_at = rate_free_at where name = :name returning rate_free_at")
                .bind("name", name)
                .mapTo(Long.class)
                .one();
        double interval = 1000 / perSecond;
        double from = Math.max(freeAt, now - Math.max(1000, interval));
        int allowed = (int) Math.max(0, Math.min(wanted, (now - from) / interval));
        if (allowed > 0) {
            handle.execute(
                    "update webhook_target set rate_free_at = ? where name = ?",
                    (long) Math.ceil(from + allowed * interval),
                    name);
        }
        return allowed;
    }

    static TargetState.Status status(String text) {
        return TargetState.Status.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static String wireName(TargetState.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** A target whose row cannot be read is sent nothing, like one that is disabled, until a person enables it. */
    private static TargetState state(ResultSet row) throws SQLException {
        String text = row.getString("status");
        TargetState.Status status = TargetState.Status.DISABLED;
        String reason = row.getString("reason");
        try {
            status = status(text);
        } catch (IllegalArgumentException e) {
            reason = "its row in the store cannot be read: the status is '" + text + "'";
        }
        return new TargetState(
                row.getString("name"),
                status,
                row.getInt("failures"),
                Store.instant(row, "failing_since"),
                Instant.ofEpochMilli(row.getLong("paused_until")),
                Instant.ofEpochMilli(row.getLong("next_probe_at")),
                row.getInt("probes"),
                Store.instant(row, "changed_at"),
                reason);
    }
}
