package io.trainwatch.audit;

import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;

/** The lease of the one node that writes the audit for all. For one thread, but for {@link #release}. */
final class WriterLease {

    static final Duration LENGTH = Duration.ofSeconds(20);

    private final Store store;
    private final String node;
    private final StoreClock clock;
    /** By the steady clock. */
    private volatile Instant until = Instant.MIN;

    WriterLease(Store store, String node, InstantSource clock) {
        this.store = store;
        this.node = node;
        this.clock = StoreClock.of(clock);
    }

    /** What may be known of the lease. */
    enum State {
        /** It is another node's. */
        ELSEWHERE,
        /** It was this node's all the time. */
        MINE,
        /** It is this node's, and another one may have had it before. */
        MINE_ANEW
    }

    /** @param prolong whether to keep it; a node that cannot write lets it go, so that another may try */
    State state(boolean prolong) {
        Instant asked = clock.steady().instant();
        boolean lapsed = !asked.isBefore(until);
        if (!lapsed && (!prolong || asked.plus(LENGTH.dividedBy(2)).isBefore(until))) {
            return State.MINE;
        }
        Instant now = clock.instant();
        boolean mine = store.leasing(handle -> handle.execute(
                        "update duty set lease_owner = ?, lease_until = ? where name = 'audit-export'"
                                + " and (lease_owner = ? or lease_until <= ?)",
                        node,
                        now.plus(LENGTH).toEpochMilli(),
                        node,
                        now.toEpochMilli())
                > 0);
        until = mine ? asked.plus(LENGTH) : Instant.MIN;
        if (!mine) {
            return State.ELSEWHERE;
        }
        return lapsed ? State.MINE_ANEW : State.MINE;
    }

    /** Whether it is this node's still; nobody else gets it before the end of the transaction. */
    boolean isHeld(Handle handle) {
        return handle.execute(
                        "update duty set lease_owner = lease_owner where name = 'audit-export' and lease_owner = ?",
                        node)
                > 0;
    }

    /** Lets another node begin at once. */
    void release() {
        until = Instant.MIN;
        store.leasing(handle -> handle.execute(
                "update duty set lease_owner = '', lease_until = 0 where name = 'audit-export' and lease_owner = ?",
                node));
    }
}
