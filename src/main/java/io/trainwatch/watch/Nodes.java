package io.trainwatch.watch;

import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The processes that share the store, and when each was seen last. Thread-safe. */
public final class Nodes {

    private static final Duration SHOWN_EVERY = Duration.ofSeconds(10);
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);
    /** Three times in a row a node may fail to show itself. */
    private static final Duration GONE_AFTER = SHOWN_EVERY.multipliedBy(3);

    private final Store store;
    private final String here;
    private final StoreClock clock;
    private volatile Instant shownAt;

    Nodes(Store store, String here, StoreClock clock) {
        this.store = store;
        this.here = here;
        this.clock = clock;
    }

    /**
     * One of them.
     *
     * @param leases jobs that it is looking at
     * @param isHere whether it is this process
     */
    public record Seen(String name, long leases, Instant at, boolean isHere) {

        /** Whether it seems to be at work. */
        public boolean isThere(Instant now) {
            return at.plus(GONE_AFTER).isAfter(now);
        }
    }

    /** Says that this process is here; to be called at least every second. */
    void show() {
        Instant asked = clock.steady().instant();
        if (shownAt != null && asked.isBefore(shownAt.plus(SHOWN_EVERY))) {
            return;
        }
        long now = clock.millis();
        store.leasing(handle -> {
            handle.createUpdate("insert into node (id, seen_at) values (:id, :now)"
                            + " on conflict (id) do update set seen_at = :now")
                    .bind("id", here)
                    .bind("now", now)
                    .execute();
            return handle.createUpdate("delete from node where seen_at < :before")
                    .bind("before", now - FORGOTTEN_AFTER.toMillis())
                    .execute();
        });
        shownAt = asked;
    }

    /** Those that were seen within a day, the latest first. */
    public List<Seen> all() {
        return store.read(handle -> handle.createQuery("select id, seen_at, (select count(*) from job"
                        + " where lease_owner <> '' and lease_owner = node.id and lease_until > :now) as leases"
                        + " from node order by seen_at desc, id")
                .bind("now", clock.millis())
                .map((row, context) -> new Seen(
                        row.getString("id"),
                        row.getLong("leases"),
                        Instant.ofEpochMilli(row.getLong("seen_at")),
                        here.equals(row.getString("id"))))
                .list());
    }
}
