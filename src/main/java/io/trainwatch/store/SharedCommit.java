package io.trainwatch.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Commits what several threads want to commit at the same time in one transaction, so that they share the forced write.
 *
 * <p>Unlike {@link GroupCommit}, whoever hands an item over waits until it is committed, and nobody waits for others to
 * come: the first writes at once, and those that come meanwhile are written together by the next. Thread-safe.
 */
public final class SharedCommit<T> {

    private final int most;
    private final Consumer<List<T>> writer;
    private final Queue<Waiting<T>> queue = new ConcurrentLinkedQueue<>();
    /** Whether somebody writes. Not a lock, which those who are committed would have to pass one after the other. */
    private final AtomicBoolean writing = new AtomicBoolean();

    /**
     * @param most items a transaction at most
     * @param writer commits a group in one transaction; called by one thread at a time
     */
    public SharedCommit(int most, Consumer<List<T>> writer) {
        this.most = most;
        this.writer = writer;
    }

    /**
     * Returns when the item is committed.
     *
     * @throws RuntimeException what the writer threw for this item alone
     */
    public void commit(T item) {
        Waiting<T> mine = new Waiting<>(item);
        queue.add(mine);
        while (!mine.done) {
            if (writing.compareAndSet(false, true)) {
                try {
                    writeNext();
                } finally {
                    writing.set(false);
                    callNext();
                }
            } else {
                LockSupport.park(this);
            }
        }
        if (mine.failure != null) {
            throw mine.failure;
        }
        if (!mine.committed) {
            throw new IllegalStateException("Not committed: the thread that was to write it with its own had an error");
        }
    }

    /** How many have come and are not being written yet. */
    int waiting() {
        return queue.size();
    }

    /** Whoever came while others were written, or is beyond what fits into a group, writes next. */
    private void callNext() {
        Waiting<T> next = queue.peek();
        if (next != null) {
            LockSupport.unpark(next.thread);
        }
    }

    private void writeNext() {
        List<Waiting<T>> group = new ArrayList<>();
        for (Waiting<T> next = queue.poll(); next != null; next = group.size() < most ? queue.poll() : null) {
            group.add(next);
        }
        try {
            writer.accept(group.stream().map(waiting -> waiting.item).toList());
            group.forEach(waiting -> waiting.committed = true);
        } catch (RuntimeException e) {
            if (group.size() == 1) {
                group.get(0).failure = e;
            } else {
                // One of them may be to blame: the others must not suffer for it.
                group.forEach(this::writeAlone);
            }
        } finally {
            group.forEach(Waiting::done);
        }
    }

    private void writeAlone(Waiting<T> waiting) {
        try {
            writer.accept(List.of(waiting.item));
            waiting.committed = true;
        } catch (RuntimeException e) {
            waiting.failure = e;
        }
    }

    /** What became of an item is written before it is done, and read afterwards. */
    private static final class Waiting<T> {
        private final T item;
        private final Thread thread = Thread.currentThread();
        private volatile boolean done;
        private boolean committed;
        private RuntimeException failure;

        Waiting(T item) {
            this.item = item;
        }

        void done() {
            done = true;
            LockSupport.unpark(thread);
        }
    }
}
