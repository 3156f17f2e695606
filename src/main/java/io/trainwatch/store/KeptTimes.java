package io.trainwatch.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/**
 * The times that the store keeps, held together with a clock that may be set back.
 *
 * <p>The store remembers how late it has been. Where the clock says an earlier time, everything that lies ahead of it is
 * moved back by as much, once, whichever process notices: what was due in ten seconds is due in ten seconds. So it is
 * too where nobody ran while the clock was set. Besides, what lies further ahead than any wait can be is pulled in: a
 * process may have written it just before it noticed.
 *
 * <p>Called by one thread of each process.
 */
public final class KeptTimes {

    /** By so much clocks may differ and be corrected without a word. */
    private static final long TOLERATED = MeasuredClock.MAX_UNTOLD.toMillis();

    private static final String CLOCK = "clock";
    private static final String LEASE = "lease_until";

    /** By table: what is due or ends at a time, and since when something lasts. */
    private static final Map<String, List<String>> COLUMNS = new TreeMap<>(Map.of(
            "job",
                    List.of(
                            "next_poll_at",
                            "lease_until",
                            "next_cancel_at",
                            "cancel_requested_at",
                            "failing_since",
                            "looked_at"),
            "delivery", List.of("next_attempt_at", "lease_until"),
            "webhook_target", List.of("paused_until", "next_probe_at", "rate_free_at", "failing_since"),
            "tenant", List.of("paused_until", "next_free_at", "looked_at"),
            "project", List.of("next_list_at", "next_probe_at", "lease_until"),
            "training", List.of("next_try_at", "lease_until", "followed_at", "failing_since"),
            "cancel_spent", List.of("at"),
            "cancel_budget", List.of("free_at"),
            "chain", List.of("open_since"),
            "duty", List.of("lease_until")));

    private final Store store;
    private final List<Longest> longest;
    private final BiConsumer<Handle, SetBack> record;

    /**
     * How far ahead a time may lie at most.
     *
     * @param rows a condition in SQL: those of the table that this is said of
     */
    public record Longest(String table, String column, String rows, Duration atMost) {}

    /**
     * That the clock was set back.
     *
     * @param latest the latest time that the store knew of, some seconds before it
     */
    public record SetBack(Instant latest, Instant now) {}

    /** @param record is called in the transaction that moves the times, once for each time that the clock was set back */
    public KeptTimes(Store store, List<Longest> longest, BiConsumer<Handle, SetBack> record) {
        this.store = store;
        this.longest = List.copyOf(longest);
        this.record = record;
    }

    /** Says how late it is; to be called often, right after the clock was measured. */
    public void at(Instant now) {
        if (!remember(now)) {
            store.transaction(handle -> {
                moveBack(handle, now);
                return null;
            });
        }
        longest.forEach(each -> pullIn(each, now));
    }

    /** Says whether it is no earlier than it was. */
    private boolean remember(Instant now) {
        return store.leasing(handle -> handle.createUpdate("insert into duty (name, lease_until) values (:clock, :now)"
                                + " on conflict (name) do update set lease_until = :now"
                                + " where duty.lease_until <= :now + :tolerated")
                        .bind("clock", CLOCK)
                        .bind("now", now.toEpochMilli())
                        .bind("tolerated", TOLERATED)
                        .execute()
                > 0);
    }

    private void moveBack(Handle handle, Instant now) {
        // Locks the row: another process may be at it.
        long latest = handle.createQuery("update duty set lease_owner = '' where name = :clock returning lease_until")
                .bind("clock", CLOCK)
                .mapTo(Long.class)
                .one();
        long by = latest - now.toEpochMilli();
        if (by <= TOLERATED) {
            return;
        }
        COLUMNS.forEach((table, columns) -> columns.forEach(column -> handle.createUpdate("update " + table + " set "
                        + column + " = " + column + " - :by where " + column + " > :now and " + column + " < :never")
                .bind("by", by)
                .bind("now", now.toEpochMilli())
                .bind("never", Store.NEVER)
                .execute()));
        handle.createUpdate("update duty set lease_until = :now where name = :clock")
                .bind("now", now.toEpochMilli())
                .bind("clock", CLOCK)
                .execute();
        record.accept(handle, new SetBack(Instant.ofEpochMilli(latest), now));
    }

    private void pullIn(Longest each, Instant now) {
        long last = now.plus(each.atMost()).toEpochMilli();
        String ahead = " where " + each.column() + " > :last and " + each.column() + " < " + Store.NEVER + " and "
                + each.rows();
        boolean isAny = store.read(handle -> handle.createQuery("select 1 from " + each.table() + ahead + " limit 1")
                .bind("last", last)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
        if (isAny) {
            // Apart, since what is due together would be done together ever after.
            String apart = each.column().equals(LEASE)
                    ? ""
                    : " - " + each.column() + " % " + each.atMost().toMillis();
            store.transaction(handle -> handle.createUpdate(
                            "update " + each.table() + " set " + each.column() + " = :last" + apart + ahead)
                    .bind("last", last)
                    .execute());
        }
    }
}
