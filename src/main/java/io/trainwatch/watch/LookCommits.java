package io.trainwatch.watch;

import io.trainwatch.rules.Decision;
import io.trainwatch.watch.LookRecorder.Recording;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Commits what looks led to, each under the fence with which its job was claimed.
 *
 * <p>A result of a look whose job has been claimed since is refused: nothing of its transaction is kept. With a valid look
 * goes its record, and word that the tenant answered. Thread-safe.
 */
public final class LookCommits {

    private final Shared shared;
    private final LookRecorder history;
    private final AtomicLong refused = new AtomicLong();

    LookCommits(Shared shared, LookRecorder history) {
        this.shared = shared;
        this.history = history;
    }

    /** A look took longer than its lease, and another node has claimed the job since: its result is dropped. */
    static final class StaleLook extends RuntimeException {
        StaleLook(String job) {
            super(
                    "The lease on " + job + " has passed to another node; this look's result is dropped",
                    null,
                    false,
                    false);
        }
    }

    /** A look that is to be committed with others. */
    record Seen(JobUpdate update, Decision decision, Optional<Recording> recording) {}

    /** Results refused since the start, because their jobs had been claimed anew. */
    public long refused() {
        return refused.get();
    }

    /**
     * Commits what is written of a look besides its status, or where it gave none: that it failed, the response to a cancel,
     * an intent that is taken back. The look goes on, and no record of it is kept.
     *
     * @return whether it was committed; {@code false} where the lease had passed on, and nothing was changed
     */
    boolean commit(Look look, Consumer<Handle> work) {
        return commit(shared.store()::transaction, look, work);
    }

    /** Commits what a valid look led to; the look goes on. */
    boolean commit(Look look, Decision decision, Consumer<Handle> work) {
        return commit(shared.store()::transaction, look, decision, handle -> {
            work.accept(handle);
            return ActionTaken.NONE;
        });
    }

    /**
     * The same, before other writers that wait.
     *
     * @param work says what followed from the decision
     */
    boolean commitUrgently(Look look, Decision decision, Function<Handle, ActionTaken> work) {
        return commit(shared.store()::urgent, look, decision, work);
    }

    /** Commits what a valid look led to, which ends it. */
    boolean end(Look look, Decision decision, ActionTaken action, Consumer<Handle> work) {
        boolean committed = commit(shared.store()::transaction, look, decision, handle -> {
            work.accept(handle);
            return action;
        });
        shared.looks().done(look);
        return committed;
    }

    /** Prepares a valid look, to be committed by {@link #commitTogether}. */
    Seen prepare(JobUpdate update, Decision decision, ActionTaken action) {
        return new Seen(update, decision, history.prepare(update.look(), decision, action));
    }

    /**
     * Commits valid looks in one transaction, but for those that are refused, and ends them all.
     *
     * @param work what else is written of each
     */
    void commitTogether(List<Seen> group, BiConsumer<Handle, Seen> work) {
        List<Recording> recorded = new ArrayList<>();
        int[] rows = shared.store().transaction(handle -> {
            recorded.clear();
            PreparedBatch batch = handle.prepareBatch(statement());
            group.forEach(seen -> seen.update().bindTo(batch, node()).add());
            int[] counts = batch.execute();
            Map<String, Instant> answered = new TreeMap<>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    work.accept(handle, group.get(i));
                    group.get(i).recording().ifPresent(recorded::add);
                    Look look = group.get(i).update().look();
                    answered.merge(look.key().tenant(), look.claimedAt(), (a, b) -> a.isAfter(b) ? a : b);
                }
            }
            history.write(handle, recorded);
            answered.forEach((tenant, claimedAt) -> shared.pauses().over(handle, tenant, claimedAt));
            return counts;
        });
        history.committed(recorded);
        for (int count : rows) {
            if (count == 0) {
                refused.incrementAndGet();
            }
        }
        group.forEach(seen -> shared.looks().done(seen.update().look()));
    }

    /**
     * Writes the row of the job, in the caller's transaction.
     *
     * @throws StaleLook where the job has been claimed since, which rolls the transaction back
     */
    void write(Handle handle, JobUpdate update) {
        if (update.bindTo(handle.createUpdate(statement()), node()).execute() == 0) {
            throw new StaleLook(update.look().job().id());
        }
    }

    private boolean commit(
            Consumer<Function<Handle, Void>> transaction,
            Look look,
            Decision decision,
            Function<Handle, ActionTaken> work) {
        List<Recording> recorded = new ArrayList<>();
        boolean committed = commit(transaction, look, handle -> {
            recorded.clear();
            history.prepare(look, decision, work.apply(handle)).ifPresent(recorded::add);
            history.write(handle, recorded);
            shared.pauses().over(handle, look.key().tenant(), look.claimedAt());
        });
        if (committed) {
            history.committed(recorded);
        }
        return committed;
    }

    private boolean commit(Consumer<Function<Handle, Void>> transaction, Look look, Consumer<Handle> work) {
        try {
            transaction.accept(handle -> {
                work.accept(handle);
                return null;
            });
            return true;
        } catch (StaleLook e) {
            refused.incrementAndGet();
            shared.looks().done(look);
            shared.faults().warn("committing looks", look.job().id(), e.getMessage());
            return false;
        }
    }

    private String statement() {
        return shared.store().sql(LookCommits.class, "commit-look");
    }

    private String node() {
        return shared.leases().node();
    }
}
