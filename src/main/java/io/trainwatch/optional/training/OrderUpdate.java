package io.trainwatch.optional.training;

import io.trainwatch.store.Store;
import java.time.Instant;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * What one try changes in the row of its order. Starts as the row was claimed; set what is new, then {@link #commit}.
 *
 * <p>Not thread-safe; belongs to one try.
 */
final class OrderUpdate {

    private final TrainingOrder order;
    private final Instant at;
    private final String project;
    private TrainingOrder.Status status;
    private String job;
    private String message;
    private int requests;
    private boolean inDoubt;
    private Set<String> known;
    private Instant knownUntil;
    private int lists;
    private int failures;
    private Instant failingSince;
    private Instant nextTryAt;
    private Instant leaseUntil = Instant.EPOCH;

    OrderUpdate(TrainingOrder order, Instant at) {
        this.order = order;
        this.at = at;
        this.project = order.request().project();
        this.status = order.status();
        this.job = order.job();
        this.message = order.message();
        this.requests = order.requests();
        this.inDoubt = order.inDoubt();
        this.known = order.known();
        this.knownUntil = order.knownUntil();
        this.lists = order.lists();
        this.failures = order.failures();
        this.failingSince = order.failingSince();
        this.nextTryAt = at;
    }

    /** A request that may start it is about to be sent. */
    OrderUpdate sending(NextStep step) {
        requests++;
        inDoubt = true;
        known = step.known();
        knownUntil = step.knownUntil();
        lists = 0;
        return this;
    }

    /** A list told of no new job. */
    OrderUpdate listed() {
        lists++;
        failures = 0;
        failingSince = null;
        return this;
    }

    OrderUpdate failed(String what) {
        failures++;
        failingSince = failingSince == null ? at : failingSince;
        message = what;
        return this;
    }

    OrderUpdate started(String startedJob) {
        status = TrainingOrder.Status.STARTED;
        job = startedJob;
        message = null;
        inDoubt = false;
        return this;
    }

    OrderUpdate givenUp(String why) {
        status = TrainingOrder.Status.GIVEN_UP;
        message = why;
        return this;
    }

    OrderUpdate nextTryAt(Instant next) {
        nextTryAt = next;
        return this;
    }

    /** Keeps the lease until then: the try goes on after the commit. */
    OrderUpdate keepLease(Instant until) {
        leaseUntil = until;
        return this;
    }

    int failures() {
        return failures;
    }

    Instant failingSince() {
        return failingSince;
    }

    /**
     * Writes the row in the caller's transaction.
     *
     * @throws StaleTry where another process has claimed the order since, which rolls the transaction back
     */
    void commit(Handle handle, Store store, String node) {
        int rows = handle.createUpdate(store.sql(OrderUpdate.class, "commit"))
                .bind("project", project)
                .bind("status", status.name())
                .bind("job", job)
                .bind("message", message)
                .bind("requests", requests)
                .bind("inDoubt", inDoubt ? 1 : 0)
                .bind("known", TrainingOrder.writeIds(known))
                .bind("knownUntil", millis(knownUntil))
                .bind("lists", lists)
                .bind("failures", failures)
                .bind("failingSince", millis(failingSince))
                .bind("nextTryAt", nextTryAt.toEpochMilli())
                .bind("leaseUntil", leaseUntil.toEpochMilli())
                .bind("id", order.id())
                .bind("fence", order.fence())
                .bind("node", node)
                .execute();
        if (rows == 0) {
            throw new StaleTry(order.id());
        }
    }

    private static Long millis(Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    /** Another process has claimed the order: what this one found is dropped. */
    static final class StaleTry extends RuntimeException {
        StaleTry(long order) {
            super("The lease on order " + order + " has passed to another process", null, false, false);
        }
    }
}
