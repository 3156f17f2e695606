package io.trainwatch.webhook;

import io.trainwatch.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/** Which deliveries this node is at, and which it takes next. Thread-safe. */
final class Claims {

    private final Store store;
    private final Map<String, WebhookTarget> targets;
    private final String node;
    private final Duration lease;
    private final int workers;
    private final InstantSource clock;
    private final Map<String, Delivery> underWay = new ConcurrentHashMap<>();
    private volatile boolean registered;
    private volatile boolean draining;

    Claims(
            Store store,
            Map<String, WebhookTarget> targets,
            String node,
            Duration lease,
            int workers,
            InstantSource clock) {
        this.store = store;
        this.targets = targets;
        this.node = node;
        this.lease = lease;
        this.workers = workers;
        this.clock = clock;
    }

    List<Delivery> claimDue() {
        if (draining || targets.isEmpty()) {
            return List.of();
        }
        register();
        List<String> free =
                targets.keySet().stream().filter(name -> free(name) > 0).toList();
        long now = clock.millis();
        List<Ready> ready = free.isEmpty() || underWay.size() >= workers ? List.of() : ready(free, now);
        if (ready.isEmpty()) {
            return List.of();
        }
        List<Delivery> claimed = store.leasing(handle -> {
            List<Delivery> all = new ArrayList<>();
            for (Ready target : ready) {
                int most = Math.min(free(target.name()), workers - underWay.size() - all.size());
                if (most > 0) {
                    all.addAll(claim(handle, target, most, now));
                }
            }
            return all;
        });
        claimed.forEach(delivery -> underWay.put(delivery.key(), delivery));
        return claimed;
    }

    /** The attempt is over, whatever became of it. */
    void release(Delivery delivery) {
        underWay.remove(delivery.key(), delivery);
    }

    void drain() {
        draining = true;
    }

    int underWay() {
        return underWay.size();
    }

    private void register() {
        if (!registered) {
            store.transaction(handle -> {
                TargetStates.register(handle, targets.keySet());
                return null;
            });
            registered = true;
        }
    }

    private int free(String name) {
        long busy = underWay.values().stream()
                .filter(delivery -> delivery.target().name().equals(name))
                .count();
        return targets.get(name).limits().concurrency() - (int) busy;
    }

    private record Ready(String name, TargetState.Status status) {}

    /** Read first: most wake-ups find nothing to do, and a transaction that writes would make others wait. */
    private List<Ready> ready(List<String> names, long now) {
        return store.read(handle -> handle.createQuery(store.sql(Claims.class, "ready-targets"))
                .bindList("targets", names)
                .bind("now", now)
                .map((row, context) -> new Ready(row.getString("name"), TargetStates.status(row.getString("status"))))
                .list());
    }

    private List<Delivery> claim(Handle handle, Ready ready, int most, long now) {
        WebhookTarget target = targets.get(ready.name());
        if (ready.status() == TargetState.Status.OPEN) {
            return TargetStates.takeProbe(handle, target.name(), now, now + lease.toMillis())
                    ? claim(handle, target, 1, now, true)
                    : List.of();
        }
        return target.limits().perSecond().isPresent()
                ? TargetStates.withinRate(
                        handle,
                        target.name(),
                        most,
                        target.limits().perSecond().getAsDouble(),
                        now,
                        allowed -> claim(handle, target, allowed, now, false))
                : claim(handle, target, most, now, false);
    }

    private List<Delivery> claim(Handle handle, WebhookTarget target, int most, long now, boolean probe) {
        return handle.createQuery(store.sql(Claims.class, "claim-due"))
                .bind("target", target.name())
                .bind("now", now)
                .bind("until", now + lease.toMillis())
                .bind("node", node)
                .bind("most", most)
                .bind("probe", probe ? 1 : 0)
                .map((row, context) -> delivery(row, target, probe))
                .list();
    }

    private static Delivery delivery(ResultSet row, WebhookTarget target, boolean probe) throws SQLException {
        String format = row.getString("format");
        return new Delivery(
                row.getLong("event_seq"),
                target,
                row.getString("job"),
                row.getString("id"),
                EventType.ofWireName(row.getString("type")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                format == null ? PayloadFormat.GENERIC : PayloadFormat.valueOf(format),
                Optional.ofNullable(row.getString("body")).orElse(row.getString("event_body")),
                row.getInt("attempts") + 1,
                row.getLong("fence"),
                probe);
    }
}
