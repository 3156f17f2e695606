package io.trainwatch.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Acts when something took too long.
 *
 * <p>Nearly all deadlines are met, thousands a second: to set one and to meet it only puts it into a set and takes it out,
 * and all in the set are looked at from time to time. So an act may be late by {@value #PERIOD_MILLIS} ms. Thread-safe.
 */
public final class Deadlines {

    /** One for all clients and callers: acts only close connections, or give memory back. */
    public static final Deadlines OF_THIS_PROCESS = new Deadlines();

    private static final int PERIOD_MILLIS = 50;

    private final Set<Deadline> set = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isLookedAt = new AtomicBoolean();
    private final ScheduledExecutorService timer = timer();

    /** A deadline that is neither met nor over. */
    public final class Deadline {
        private final long at;
        private final Runnable act;
        private volatile boolean isOver;

        private Deadline(Duration in, Runnable act) {
            this.at = System.nanoTime() + in.toNanos();
            this.act = act;
        }

        /** Whether it was acted upon. */
        boolean isOver() {
            return isOver;
        }

        public void met() {
            set.remove(this);
        }

        private void actIfOver(long now) {
            if (now - at >= 0 && set.remove(this)) {
                isOver = true;
                act.run();
            }
        }
    }

    /** @param act what is done if the deadline is not met; must not throw, nor wait */
    public Deadline set(Duration in, Runnable act) {
        Deadline deadline = new Deadline(in, act);
        set.add(deadline);
        if (!isLookedAt.get() && isLookedAt.compareAndSet(false, true)) {
            lookLater();
        }
        return deadline;
    }

    /** Its thread ends where there is nothing to look at: an application may be gone whose class loader it would keep. */
    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "trainwatch-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setKeepAliveTime(1, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    private void lookLater() {
        timer.schedule(this::look, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        set.forEach(deadline -> deadline.actIfOver(now));
        isLookedAt.set(false);
        // Whoever set one meanwhile may have seen that this goes on.
        if (!set.isEmpty() && isLookedAt.compareAndSet(false, true)) {
            lookLater();
        }
    }
}
