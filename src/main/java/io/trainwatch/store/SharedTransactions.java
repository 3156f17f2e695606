package io.trainwatch.store;

import io.trainwatch.errors.Joined;
import io.trainwatch.errors.Outage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Lets threads that write to a SQLite file at the same time share a transaction, and with it the forced write, which
 * takes longer than what is written.
 *
 * <p>SQLite has one writer at a time. Here a thread that has done its work hands the open transaction to the next that
 * waits; the last one commits it for all, and nobody returns before that. Each works on its own thread, behind a
 * savepoint: what one did that fails is undone alone; and where the transaction of several is not committed, each does its
 * work again in one of its own. Turns are fair, but that urgent work goes before what waits in line,
 * and is committed without waiting for it. Thread-safe.
 */
final class SharedTransactions {

    /** More would hold up the first of them. */
    private static final int MOST_TOGETHER = 50;

    private static final String SAVEPOINT = "work";

    private final Jdbi writes;
    /** Held while waiting for the turn: so whoever is urgent waits for it beside one other thread, not behind all. */
    private final ReentrantLock line = new ReentrantLock(true);

    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicInteger urgentInWaiting = new AtomicInteger();
    /** Belongs to who has the turn. */
    private Group open;

    SharedTransactions(Jdbi writes) {
        this.writes = writes;
    }

    /**
     * Returns when the work is committed.
     *
     * @throws RuntimeException whatever the work threw, or what kept the transaction from being committed; nothing of the
     *     work is kept then
     */
    <T> T run(Function<Handle, T> work) {
        takeTurn();
        return join(work, false);
    }

    /** Like {@link #run}, before all that wait in line. */
    <T> T runUrgently(Function<Handle, T> work) {
        checkIsNotWithin();
        urgentInWaiting.incrementAndGet();
        turn.lock();
        urgentInWaiting.decrementAndGet();
        return join(work, true);
    }

    /** Runs {@code alone}, which is the work in a transaction of its own kind, unless a shared one is open. */
    <T> T runAlone(Function<Handle, T> alone, Function<Handle, T> work) {
        takeTurn();
        if (open != null) {
            return join(work, false);
        }
        try {
            return writes.withHandle(alone::apply);
        } finally {
            turn.unlock();
        }
    }

    /** Called by who has the turn, which ends here. */
    private <T> T join(Function<Handle, T> work, boolean urgent) {
        Group group = null;
        T result;
        try {
            group = open == null ? Group.begin(writes) : open;
            open = group;
            group.urgent |= urgent;
            result = group.run(work);
        } finally {
            if (group != null && isToBeCommitted(group)) {
                open = null;
                group.commit();
            }
            turn.unlock();
        }
        try {
            group.awaitCommit();
            return result;
        } catch (RuntimeException e) {
            if (group.size == 1 || Outage.isOfStore(e)) {
                throw e;
            }
            return runByItself(work);
        }
    }

    /** Another of the group may be to blame for its end: so each of them has a transaction of its own now. */
    private <T> T runByItself(Function<Handle, T> work) {
        takeTurn();
        try {
            if (open != null) {
                Group others = open;
                open = null;
                others.commit();
            }
            Group own = Group.begin(writes);
            T result;
            try {
                result = own.run(work);
            } finally {
                own.commit();
            }
            own.awaitCommit();
            return result;
        } finally {
            turn.unlock();
        }
    }

    private boolean isToBeCommitted(Group group) {
        boolean othersWait = turn.hasQueuedThreads() || line.hasQueuedThreads();
        // After its end, SQLite would commit each statement of the others by itself.
        return group.lost != null || group.isFull() || !othersWait || group.urgent && urgentInWaiting.get() == 0;
    }

    private void takeTurn() {
        checkIsNotWithin();
        line.lock();
        try {
            turn.lock();
        } finally {
            line.unlock();
        }
    }

    private void checkIsNotWithin() {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("A transaction was begun within a transaction");
        }
    }

    private static final class Group {
        private final Handle handle;
        private final CompletableFuture<Void> committed = new CompletableFuture<>();
        private int size;
        private boolean urgent;
        private RuntimeException lost;

        private Group(Handle handle) {
            this.handle = handle;
        }

        static Group begin(Jdbi writes) {
            Handle handle = writes.open();
            try {
                handle.begin();
                return new Group(handle);
            } catch (RuntimeException | Error e) {
                // Another process may have the file for longer than is waited; the one connection must come back.
                handle.close();
                throw e;
            }
        }

        boolean isFull() {
            return size >= MOST_TOGETHER;
        }

        <T> T run(Function<Handle, T> work) {
            size++;
            try {
                handle.savepoint(SAVEPOINT);
                T result = work.apply(handle);
                handle.releaseSavepoint(SAVEPOINT);
                return result;
            } catch (RuntimeException | Error e) {
                undo(e);
                throw e;
            }
        }

        /** SQLite ends the whole transaction on some failures, a full disk among them: then it is lost for all. */
        private void undo(Throwable cause) {
            try {
                // The savepoint itself is gone by this for Jdbi; SQLite forgets it with the transaction.
                handle.rollbackToSavepoint(SAVEPOINT);
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
                lost = new IllegalStateException("Not committed: another write of the same transaction failed", cause);
            }
        }

        void commit() {
            try (handle) {
                commitOrUndo();
                committed.complete(null);
            } catch (RuntimeException | Error e) {
                committed.completeExceptionally(e);
            }
        }

        private void commitOrUndo() {
            try {
                if (lost != null) {
                    throw lost;
                }
                handle.commit();
            } catch (RuntimeException e) {
                handle.rollback();
                throw e;
            }
        }

        void awaitCommit() {
            Joined.result(committed);
        }
    }
}
