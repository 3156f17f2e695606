package io.trainwatch.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Commits what several threads want to commit at the same time in one transaction, so that they share the forced write.
 *
 * <p>Whoever finds nobody writing writes its own item at once, and then what others have handed over meanwhile; the others
 * go on with their work. So there is no thread of its own and no waiting for a group to fill, unlike
 * {@link GroupCommit}; and a single thread has its item committed when it returns. For results that may be lost in a crash
 * because the work is simply done again. Thread-safe.
 */
public final class SharedCommit<T> {

    private final int most;
    private final Consumer<List<T>> writer;
    private final BiConsumer<T, Throwable> onFailure;
    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean writing = new AtomicBoolean();

    /**
     * @param most items a transaction at most
     * @param writer commits a group in one transaction; called by one thread at a time
     * @param onFailure told of an item that the writer does not take, even alone
     */
    public SharedCommit(int most, Consumer<List<T>> writer, BiConsumer<T, Throwable> onFailure) {
        this.most = most;
        this.writer = writer;
        this.onFailure = onFailure;
    }

    /** Returns when the item is committed, or is left to the thread that writes at the moment. */
    public void commit(T item) {
        open.incrementAndGet();
        queue.add(item);
        // Asked again after each turn: what came at its very end was left to it.
        while (!queue.isEmpty() && writing.compareAndSet(false, true)) {
            try {
                writeNext();
            } finally {
                writing.set(false);
            }
        }
    }

    /** How many items are not committed yet. */
    public int open() {
        return open.get();
    }

    private void writeNext() {
        List<T> group = new ArrayList<>();
        for (T next = queue.poll(); next != null; next = group.size() < most ? queue.poll() : null) {
            group.add(next);
        }
        try {
            Groups.commit(group, writer, onFailure);
        } finally {
            open.addAndGet(-group.size());
        }
    }
}
