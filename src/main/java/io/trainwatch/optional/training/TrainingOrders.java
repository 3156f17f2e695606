package io.trainwatch.optional.training;

import io.trainwatch.job.TrainingRequest;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The trainings that commands ordered, and whether anybody has been told what became of them. Thread-safe. */
public final class TrainingOrders {

    /** An order whose command died is taken up by the next such command within this time; later it starts anew. */
    static final Duration TAKEN_UP_WITHIN = Duration.ofHours(1);

    private final Store store;
    private final InstantSource clock;

    TrainingOrders(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * @param id of the order
     * @param takenUp whether an earlier command ordered it, and did not tell its end
     */
    public record Taken(long id, boolean takenUp) {}

    /**
     * Orders a training. Where the same was ordered before and nobody has told its end, that order is taken up: a command
     * that was killed and runs again starts no second training.
     *
     * @param anew starts another one even so
     */
    Taken order(TrainingRequest wanted, boolean anew) {
        Instant now = clock.instant();
        return store.transaction(handle -> {
            lockTenant(handle, wanted.tenant());
            Optional<TrainingOrder> earlier = anew ? Optional.empty() : untold(handle, wanted, now);
            return earlier.map(order -> new Taken(order.id(), true))
                    .orElseGet(() -> new Taken(insert(handle, wanted, now).id(), false));
        });
    }

    /** Two commands at the same time must not both find that nobody has ordered it. */
    private static void lockTenant(Handle handle, String tenant) {
        handle.createUpdate("insert into tenant (alias) values (:tenant)"
                        + " on conflict (alias) do update set next_free_at = tenant.next_free_at")
                .bind("tenant", tenant)
                .execute();
    }

    private Optional<TrainingOrder> untold(Handle handle, TrainingRequest wanted, Instant now) {
        return handle.createQuery(store.sql(TrainingOrders.class, "find-untold"))
                .bind("tenant", wanted.tenant())
                .bind("project", wanted.project() == null ? "" : wanted.project())
                .bind("flow", wanted.flow() == null ? "" : wanted.flow())
                .bind("locale", wanted.locale() == null ? "" : wanted.locale())
                .bind("mode", wanted.mode())
                .bind("since", now.minus(TAKEN_UP_WITHIN).toEpochMilli())
                .map((row, context) -> TrainingOrder.read(row))
                .findOne();
    }

    private TrainingOrder insert(Handle handle, TrainingRequest wanted, Instant now) {
        return handle.createQuery(store.sql(TrainingOrders.class, "order"))
                .bind("tenant", wanted.tenant())
                .bind("project", wanted.project())
                .bind("flow", wanted.flow())
                .bind("locale", wanted.locale())
                .bind("mode", wanted.mode())
                .bind("now", now.toEpochMilli())
                .map((row, context) -> TrainingOrder.read(row))
                .one();
    }

    /** The orders with these ids, in the order of the ids. */
    public List<TrainingOrder> find(Collection<Long> ids) {
        return store.read(handle -> handle.createQuery("select * from training where id in (<ids>) order by id")
                .bindList("ids", List.copyOf(ids))
                .map((row, context) -> TrainingOrder.read(row))
                .list());
    }

    /** Says that a command waits for them; to be called now and then. */
    public void followed(Collection<Long> ids) {
        write("update training set followed_at = :now where id in (<ids>)", ids);
    }

    /** Says that a command has told how they ended. */
    public void told(Collection<Long> ids) {
        write("update training set told_at = :now where id in (<ids>)", ids);
    }

    private void write(String update, Collection<Long> ids) {
        if (!ids.isEmpty()) {
            store.transaction(handle -> handle.createUpdate(update)
                    .bind("now", clock.millis())
                    .bindList("ids", List.copyOf(ids))
                    .execute());
        }
    }
}
