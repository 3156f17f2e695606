package io.trainwatch.store;

import io.trainwatch.errors.RepeatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Commits many small results in one transaction: what would cost a forced write each costs one for all.
 *
 * <p>An item waits at most the given time, or until enough others wait with it. For results that may be lost in a crash
 * because the work is simply done again. {@link #add} blocks while the queue is full, which slows the producers down to
 * what the store can take. The writer is called on one thread. A group that cannot be committed is committed one by one.
 */
public final class GroupCommit<T> implements AutoCloseable {

    private static final int LONGEST_CLOSE_SECONDS = 10;

    private final RepeatedFaults faults = new RepeatedFaults();
    private final int most;
    private final long longestNanos;
    private final Consumer<List<T>> writer;
    private final BiConsumer<T, Throwable> onFailure;
    /** An empty item says that the group commit is closed. */
    private final BlockingQueue<Optional<T>> queue;

    private final Thread thread;

    /**
     * @param most items a group at most
     * @param longest the time an item waits for others at most
     * @param writer commits a group in one transaction
     * @param onFailure told of an item that is not committed; must not throw
     */
    public GroupCommit(
            String name, int most, Duration longest, Consumer<List<T>> writer, BiConsumer<T, Throwable> onFailure) {
        this.most = most;
        this.longestNanos = longest.toNanos();
        this.writer = writer;
        this.onFailure = onFailure;
        this.queue = new ArrayBlockingQueue<>(most * 4);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands an item over; it is durable once the writer was called with it. */
    public void add(T item) {
        try {
            queue.put(Optional.of(item));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted before the result could be handed over", e);
        }
    }

    /** Writes what waits, then ends, after 10 s at the latest. Items added meanwhile may be lost. */
    @Override
    public void close() {
        try {
            // Not an interrupt: that would abort the transaction under way.
            if (queue.offer(Optional.empty(), LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.join(TimeUnit.SECONDS.toMillis(LONGEST_CLOSE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<T> group = new ArrayList<>(most);
        boolean open = true;
        while (open) {
            try {
                open = collect(group);
            } catch (InterruptedException e) {
                open = false;
            }
            write(group);
        }
    }

    /** Fills the group; says whether there will be another one. */
    private boolean collect(List<T> group) throws InterruptedException {
        Optional<T> next = queue.take();
        long deadline = System.nanoTime() + longestNanos;
        while (next != null && next.isPresent()) {
            group.add(next.get());
            if (group.size() == most) {
                return true;
            }
            next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return next == null;
    }

    private void write(List<T> group) {
        if (group.isEmpty()) {
            return;
        }
        try {
            Groups.commit(group, writer, onFailure);
        } catch (RuntimeException | Error e) {
            // The thread must go on, or nobody can hand over anything any more.
            faults.happened("committing results, which are lost and will be taken again,", e);
        } finally {
            group.clear();
        }
    }
}
