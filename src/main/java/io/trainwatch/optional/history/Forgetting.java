package io.trainwatch.optional.history;

import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Forgets recorded looks that are too old or too many, the oldest first. Each transaction is small, so that looks at jobs
 * never wait long for it. Several nodes may do so at the same time. Used by one route, on one thread at a time.
 */
public final class Forgetting {

    /** Some 2 ms on SQLite, whose only writer it is meanwhile. */
    private static final int MOST_IN_A_STEP = 500;

    private static final int MOST_STEPS = 100;
    /** Counting some millions of rows takes a tenth of a second, on a connection that only reads. */
    private static final Duration BETWEEN_COUNTS = Duration.ofMinutes(10);

    private final Store store;
    private final Duration retention;
    private final long mostLooks;
    private final InstantSource clock;
    private Instant nextCount = Instant.MIN;

    /**
     * @param retention how long looks are kept, zero or more
     * @param mostLooks how many looks are kept, to some minutes' worth
     */
    public Forgetting(Store store, Duration retention, long mostLooks, InstantSource clock) {
        this.store = store;
        this.retention = retention;
        this.mostLooks = mostLooks;
        this.clock = clock;
    }

    /** Forgets what is to be forgotten, {@value #MOST_STEPS} steps of it at most; the next call goes on. */
    public void forget() {
        Instant now = clock.instant();
        Instant before = now.minus(retention);
        int steps = 0;
        while (steps < MOST_STEPS && forgetLooks(before, MOST_IN_A_STEP) == MOST_IN_A_STEP) {
            steps++;
        }
        if (steps < MOST_STEPS && !now.isBefore(nextCount) && forgetExcess()) {
            forgetUnused(before);
            nextCount = now.plus(BETWEEN_COUNTS);
        }
    }

    private int forgetLooks(Instant before, long most) {
        // Most calls find nothing, and need not be the one who writes to learn that.
        Optional<Long> oldest = store.read(handle -> handle.createQuery("select min(at) from recorded_look")
                .mapTo(Long.class)
                .findOne());
        if (oldest.isEmpty() || oldest.get() >= before.toEpochMilli()) {
            return 0;
        }
        return store.leasing(handle -> handle.createUpdate(store.sql(Forgetting.class, "prune-looks"))
                .bind("before", before.toEpochMilli())
                .bind("most", most)
                .execute());
    }

    /** Whether nothing is left to forget. */
    private boolean forgetExcess() {
        long excess = store.read(handle -> handle.createQuery("select count(*) from recorded_look")
                        .mapTo(Long.class)
                        .one())
                - mostLooks;
        for (int step = 0; step < MOST_STEPS && excess > 0; step++) {
            excess -= forgetLooks(Instant.ofEpochMilli(Long.MAX_VALUE), Math.min(excess, MOST_IN_A_STEP));
        }
        return excess <= 0;
    }

    /** Jobs and policies of which no look is left; jobs that are still watched will have looks again. */
    private void forgetUnused(Instant before) {
        store.leasing(handle -> {
            handle.execute(
                    "delete from recorded_job where not exists (select 1 from recorded_look where job_no = no)"
                            + " and not exists (select 1 from job where id = recorded_job.job and phase in ('WATCHING', 'STOPPING'))");
            return handle.createUpdate("delete from recorded_policy where used_at < :before")
                    .bind("before", before.minus(Duration.ofDays(1)).toEpochMilli())
                    .execute();
        });
    }
}
