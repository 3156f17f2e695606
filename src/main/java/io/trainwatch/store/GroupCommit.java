package io.trainwatch.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits many small results in one transaction: what would cost a forced write each costs one for all.
 *
 * <p>An item waits at most the given time, or until enough others wait with it. For results that may be lost in a crash
 * because the work is simply done again. {@link #add} blocks while the queue is full, which slows the producers down to
 * what the store can take. The writer is called on one thread; an exception from it drops that group and is logged.
 */
public final class GroupCommit<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final int most;
    private final long longestNanos;
    private final Consumer<List<T>> writer;
    private final BlockingQueue<T> queue;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param most items a group at most
     * @param longest the time an item waits for others at most
     * @param writer commits a group in one transaction
     */
    public GroupCommit(String name, int most, Duration longest, Consumer<List<T>> writer) {
        this.most = most;
        this.longestNanos = longest.toNanos();
        this.writer = writer;
        this.queue = new ArrayBlockingQueue<>(most * 4);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands an item over; it is durable once the writer was called with it. */
    public void add(T item) {
        try {
            queue.put(item);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted before the result could be handed over", e);
        }
    }

    /** Writes what waits, then ends. Items added meanwhile may be lost. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<T> group = new ArrayList<>(most);
        while (!closed) {
            try {
                collect(group);
            } catch (InterruptedException e) {
                // Closing: what was collected and what still waits is written below.
                closed = true;
            }
            write(group);
        }
        for (queue.drainTo(group, most); !group.isEmpty(); queue.drainTo(group, most)) {
            write(group);
        }
    }

    private void collect(List<T> group) throws InterruptedException {
        group.add(queue.take());
        long deadline = System.nanoTime() + longestNanos;
        while (group.size() < most) {
            T next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            group.add(next);
            queue.drainTo(group, most - group.size());
        }
    }

    private void write(List<T> group) {
        if (group.isEmpty()) {
            return;
        }
        // An interrupt that asks this thread to end must not abort the transaction under way.
        boolean interrupted = Thread.interrupted();
        try {
            writer.accept(List.copyOf(group));
        } catch (RuntimeException e) {
            LOG.error(
                    "{} results could not be committed; they will be taken again: {}", group.size(), e.getMessage(), e);
        } finally {
            group.clear();
            if (interrupted) {
                closed = true;
            }
        }
    }
}
