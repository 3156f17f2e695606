package io.trainwatch.watch;

import io.trainwatch.store.Store;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Counts the results that were refused because another node had claimed the job since. Thread-safe. */
public final class StaleLooks {

    private final AtomicLong refused = new AtomicLong();

    /** One of the ways to commit: {@link #commit} or {@link #commitUrgently}. */
    @FunctionalInterface
    interface Commit {
        boolean commit(Store store, Leases leases, Look look, Consumer<Handle> work);
    }

    /** Results refused since the start. */
    public long count() {
        return refused.get();
    }

    void refused() {
        refused.incrementAndGet();
    }

    /**
     * Commits what a look led to.
     *
     * @return whether it was committed; {@code false} where the lease had passed on, and nothing was changed
     */
    boolean commit(Store store, Leases leases, Look look, Consumer<Handle> work) {
        return commit(store::transaction, leases, look, work);
    }

    /** Like {@link #commit}, before other writers that wait. */
    boolean commitUrgently(Store store, Leases leases, Look look, Consumer<Handle> work) {
        return commit(store::urgent, leases, look, work);
    }

    private boolean commit(
            Consumer<Function<Handle, Void>> transaction, Leases leases, Look look, Consumer<Handle> work) {
        try {
            transaction.accept(handle -> {
                work.accept(handle);
                return null;
            });
            return true;
        } catch (StaleLook e) {
            refused();
            leases.done(look);
            leases.faults().warn("committing looks", look.job().id(), e.getMessage());
            return false;
        }
    }
}
