package io.trainwatch.webhook;

import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Forgets events that all their targets have had for longer than the retention. What a target does not have is kept, dead or
 * not, and so is what was told of a job that is still watched: it says that this was told. Each transaction is small, so that
 * looks at jobs never wait long for it. Several nodes may do so at the same time. Used by one route, on one thread at a time.
 */
public final class OldEvents {

    private static final int MAX_IN_A_STEP = 200;
    private static final int MAX_STEPS = 500;

    private final Store store;
    private final Duration retention;
    private final InstantSource clock;

    /** @param retention zero or more */
    public OldEvents(Store store, Duration retention, InstantSource clock) {
        this.store = store;
        this.retention = retention;
        this.clock = clock;
    }

    /** Forgets what is to be forgotten, 100,000 events of it at most; the next call goes on. */
    public void forget() {
        Instant before = clock.instant().minus(retention);
        Old last = new Old(0, 0);
        for (int step = 0; step < MAX_STEPS && last != null; step++) {
            // Those that are kept are passed over once.
            Old after = last;
            List<Old> old = store.read(handle -> old(handle, before, after));
            if (!old.isEmpty()) {
                store.leasing(
                        handle -> forget(handle, old.stream().map(Old::seq).toList()));
            }
            last = old.size() < MAX_IN_A_STEP ? null : old.get(old.size() - 1);
        }
    }

    private record Old(long createdAt, long seq) {}

    private List<Old> old(Handle handle, Instant before, Old after) {
        return handle.createQuery(store.sql(OldEvents.class, "old-events"))
                .bind("before", before.toEpochMilli())
                .bind("afterAt", after.createdAt())
                .bind("afterSeq", after.seq())
                .bind("most", MAX_IN_A_STEP)
                .map((row, context) -> new Old(row.getLong("created_at"), row.getLong("seq")))
                .list();
    }

    /** An event that is replayed meanwhile is pending again, and stays. */
    private static int forget(Handle handle, List<Long> events) {
        handle.createUpdate("delete from delivery where event_seq in (<events>) and status = 'delivered'")
                .bindList("events", events)
                .execute();
        return handle.createUpdate("delete from event where seq in (<events>)"
                        + " and not exists (select 1 from delivery where event_seq = seq)")
                .bindList("events", events)
                .execute();
    }
}
