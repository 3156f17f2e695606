package io.trainwatch.webhook;

import io.trainwatch.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The events of the outbox and what became of their deliveries, for people. Reads only. Thread-safe. */
public final class EventList {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final int HOURS = 24;
    private static final long MAX_TARGETS = 100;

    private final Store store;
    private final InstantSource clock;

    public EventList(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Which events are asked for.
     *
     * @param job {@code null} for any; so are the others
     * @param status of one of its deliveries
     * @param before events behind this place only, the latest come first
     */
    public record Wanted(String job, String status, String target, int limit, long before) {}

    /** @param seq its place in the outbox */
    public record Published(long seq, String id, String type, String job, Instant at, List<EventDelivery> deliveries) {}

    /**
     * One event for one target.
     *
     * @param type of the event
     * @param held whether it waits until a person enables the target
     * @param nextAttempt {@code null} where none follows, or not before that
     * @param lastError {@code null} where no attempt failed
     * @param settledAt {@code null} while it is pending
     */
    public record EventDelivery(
            String job,
            String eventId,
            String type,
            String target,
            String status,
            boolean held,
            int attempts,
            Instant nextAttempt,
            String lastError,
            Instant settledAt) {

        private static final String SELECT =
                "select d.job, d.target, d.status, d.attempts, d.next_attempt_at, d.last_error, d.settled_at, e.id,"
                        + " e.type, coalesce(t.status, '') as target_status from delivery d"
                        + " join event e on e.seq = d.event_seq left join webhook_target t on t.name = d.target where ";

        /** Whether it was given up. */
        public boolean isDead() {
            return "dead".equals(status);
        }

        static List<EventDelivery> unsettledOf(Handle handle, Collection<String> jobs) {
            return handle.createQuery(SELECT + "d.status <> 'delivered' and d.job in (<jobs>) order by e.seq")
                    .bindList("jobs", List.copyOf(jobs))
                    .map((row, context) -> of(row))
                    .list();
        }

        /** The oldest, so many at most. */
        static List<EventDelivery> inState(Handle handle, String status, int most) {
            return handle.createQuery(SELECT + "d.status = :status order by e.seq limit :most")
                    .bind("status", status)
                    .bind("most", most)
                    .map((row, context) -> of(row))
                    .list();
        }

        private static List<EventDelivery> ofEvents(Handle handle, List<Long> events) {
            return events.isEmpty()
                    ? List.of()
                    : handle.createQuery(SELECT + "d.event_seq in (<events>) order by d.target")
                            .bindList("events", events)
                            .map((row, context) -> of(row))
                            .list();
        }

        private static EventDelivery of(ResultSet row) throws SQLException {
            boolean pending = "pending".equals(row.getString("status"));
            boolean held = pending && "disabled".equals(row.getString("target_status"));
            return new EventDelivery(
                    row.getString("job"),
                    row.getString("id"),
                    row.getString("type"),
                    row.getString("target"),
                    row.getString("status"),
                    held,
                    row.getInt("attempts"),
                    pending && !held ? Instant.ofEpochMilli(row.getLong("next_attempt_at")) : null,
                    row.getString("last_error"),
                    Store.instant(row, "settled_at"));
        }
    }

    /**
     * What a target has to its name.
     *
     * @param lastError of the latest delivery that it does not have; {@code null} without one
     * @param hours what arrived and what was given up in each of the last 24 hours, the oldest first
     */
    public record Figures(Backlog backlog, String lastError, List<Hour> hours) {

        /** Deliveries that arrived within 24 hours. */
        public long sent() {
            return hours.stream().mapToLong(Hour::sent).sum();
        }

        /** Deliveries that were given up within 24 hours. */
        public long failed() {
            return hours.stream().mapToLong(Hour::failed).sum();
        }
    }

    /**
     * What a target does not have.
     *
     * @param oldestPending when the oldest event happened that waits; {@code null} where none does
     */
    public record Backlog(long pending, long dead, Instant oldestPending) {

        public static final Backlog NONE = new Backlog(0, 0, null);
    }

    /** What targets do not have, by target. */
    public Map<String, Backlog> backlogs() {
        return store.read(handle -> {
            Map<String, Long> pending = byTarget(handle, "pending");
            Map<String, Long> dead = byTarget(handle, "dead");
            Map<String, Backlog> backlogs = new HashMap<>();
            Stream.concat(pending.keySet().stream(), dead.keySet().stream())
                    .distinct()
                    .forEach(target -> backlogs.put(
                            target,
                            new Backlog(
                                    pending.getOrDefault(target, 0L),
                                    dead.getOrDefault(target, 0L),
                                    oldestPending(handle, target))));
            return backlogs;
        });
    }

    /** @param at its beginning */
    public record Hour(Instant at, long sent, long failed) {}

    /** The events, the latest first. */
    public List<Published> page(Wanted wanted) {
        StringBuilder sql = new StringBuilder("select seq, id, type, job, created_at from event e where seq < :before");
        if (wanted.job() != null) {
            sql.append(" and job = :job");
        }
        if (wanted.status() != null || wanted.target() != null) {
            sql.append(" and seq in (select event_seq from delivery where event_seq < :before")
                    .append(wanted.status() == null ? "" : " and status = '" + known(wanted.status()) + "'")
                    .append(wanted.target() == null ? "" : " and target = :target")
                    .append(wanted.job() == null ? "" : " and job = :job")
                    .append(" order by event_seq desc limit :scan)");
        }
        sql.append(" order by seq desc limit :limit");
        return store.read(handle -> {
            Query query = handle.createQuery(sql.toString())
                    .bind("before", wanted.before())
                    .bind("limit", wanted.limit());
            if (wanted.job() != null) {
                query.bind("job", wanted.job());
            }
            if (wanted.status() != null || wanted.target() != null) {
                // An event has a delivery for each target, so that so many hold enough events.
                query.bind("scan", wanted.limit() * MAX_TARGETS);
            }
            if (wanted.target() != null) {
                query.bind("target", wanted.target());
            }
            Map<String, Published> events = new LinkedHashMap<>();
            query.map((row, context) -> new Published(
                            row.getLong("seq"),
                            row.getString("id"),
                            row.getString("type"),
                            row.getString("job"),
                            Instant.ofEpochMilli(row.getLong("created_at")),
                            new ArrayList<>()))
                    .forEach(event -> events.put(event.id(), event));
            EventDelivery.ofEvents(
                            handle, events.values().stream().map(Published::seq).toList())
                    .forEach(delivery ->
                            events.get(delivery.eventId()).deliveries().add(delivery));
            return List.copyOf(events.values());
        });
    }

    /** The literal makes an index of the rows with this status usable. */
    private static String known(String status) {
        if (!List.of("pending", "delivered", "dead").contains(status)) {
            throw new IllegalArgumentException(
                    "'" + status + "' is no state of a delivery: pending, delivered or dead");
        }
        return status;
    }

    /** How many deliveries are pending, and how many dead. */
    public Map<String, Long> unsettled() {
        Map<String, Long> counts = new HashMap<>();
        backlogs().values().forEach(backlog -> {
            counts.merge("pending", backlog.pending(), Long::sum);
            counts.merge("dead", backlog.dead(), Long::sum);
        });
        return counts;
    }

    private static Map<String, Long> byTarget(Handle handle, String status) {
        return handle
                .createQuery("select target, count(*) as deliveries from delivery where status = '" + status
                        + "' group by target")
                .map((row, context) -> Map.entry(row.getString("target"), row.getLong("deliveries")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The figures of these targets. */
    public Map<String, Figures> figures(List<String> targets) {
        long thisHour = clock.instant().truncatedTo(ChronoUnit.HOURS).toEpochMilli();
        long since = thisHour - (HOURS - 1) * HOUR;
        Map<String, Backlog> backlogs = backlogs();
        return store.read(handle -> {
            Map<String, Figures> figures = new TreeMap<>();
            for (String target : targets) {
                figures.put(
                        target,
                        new Figures(
                                backlogs.getOrDefault(target, Backlog.NONE),
                                lastError(handle, target),
                                hours(handle, target, since)));
            }
            return figures;
        });
    }

    private static Instant oldestPending(Handle handle, String target) {
        return handle.createQuery("select created_at from event where seq = (select min(event_seq) from delivery"
                        + " where status = 'pending' and target = :target)")
                .bind("target", target)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli)
                .orElse(null);
    }

    private static String lastError(Handle handle, String target) {
        List<String> errors = new ArrayList<>();
        for (String status : List.of("pending", "dead")) {
            handle.createQuery("select last_error from delivery where status = '" + status + "' and target = :target"
                            + " and last_error is not null order by event_seq desc limit 1")
                    .bind("target", target)
                    .mapTo(String.class)
                    .findOne()
                    .ifPresent(errors::add);
        }
        return errors.isEmpty() ? null : errors.get(0);
    }

    private static List<Hour> hours(Handle handle, String target, long since) {
        Map<Long, Hour> counted = handle
                .createQuery("select settled_at / " + HOUR + " as hour,"
                        + " sum(case when status = 'delivered' then 1 else 0 end) as sent,"
                        + " sum(case when status = 'dead' then 1 else 0 end) as failed"
                        + " from delivery where target = :target and settled_at >= :since group by settled_at / "
                        + HOUR)
                .bind("target", target)
                .bind("since", since)
                .map((row, context) -> new Hour(
                        Instant.ofEpochMilli(row.getLong("hour") * HOUR), row.getLong("sent"), row.getLong("failed")))
                .stream()
                .collect(Collectors.toMap(hour -> hour.at().toEpochMilli(), hour -> hour));
        return LongStream.range(0, HOURS)
                .map(hour -> since + hour * HOUR)
                .mapToObj(at -> counted.getOrDefault(at, new Hour(Instant.ofEpochMilli(at), 0, 0)))
                .toList();
    }
}
