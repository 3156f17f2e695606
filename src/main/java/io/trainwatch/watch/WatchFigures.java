package io.trainwatch.watch;

import io.trainwatch.audit.Journal;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the jobs of the watch list stand, in numbers. Thread-safe. */
public final class WatchFigures {

    private final Store store;
    private final Journal journal;
    private final Schedule schedule;
    private final InstantSource clock;

    WatchFigures(Store store, Journal journal, Schedule schedule, InstantSource clock) {
        this.store = store;
        this.journal = journal;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** How many jobs of a tenant are in a stage; only what there is. */
    public record StageCount(String tenant, Stage stage, long jobs) {}

    /** The jobs of each tenant by stage, without those whose rows cannot be read. */
    public List<StageCount> stages() {
        return store.read(handle -> {
            List<StageCount> counts = new ArrayList<>();
            handle.createQuery("select tenant, phase, state, count(*) as jobs from job group by phase, state, tenant")
                    .mapToMap()
                    .forEach(row -> Stage.find((String) row.get("phase"), (String) row.get("state"))
                            .ifPresent(stage -> counts.add(new StageCount(
                                    (String) row.get("tenant"), stage, ((Number) row.get("jobs")).longValue()))));
            return counts;
        });
    }

    /** How many jobs run on though their cancel was reported to have failed. */
    public long overdueCancels() {
        return store.read(handle -> handle.createQuery(
                        "select count(*) from job where " + Trouble.ANY + " and cancel_failed_at is not null")
                .mapTo(Long.class)
                .one());
    }

    /** How many jobs are in trouble. */
    public long inTrouble() {
        return store.read(handle -> handle.createQuery("select count(*) from job where " + Trouble.ANY)
                .mapTo(Long.class)
                .one());
    }

    /** How long the longest due look has been due; zero where none is. Looks at paused tenants are not counted. */
    public Duration longestOverdue() {
        long now = clock.millis();
        return store.read(handle -> handle.createQuery(
                        "select next_poll_at from job left join tenant on tenant.alias = job.tenant"
                                + " where next_poll_at <= :now and lease_until <= :now and job.phase <> 'ENDED'"
                                + " and coalesce(tenant.paused_until, 0) <= :now order by next_poll_at limit 1")
                .bind("now", now)
                .mapTo(Long.class)
                .findOne()
                .filter(due -> due < now)
                .map(due -> Duration.ofMillis(now - due))
                .orElse(Duration.ZERO));
    }

    /** A job that was looked at too long ago, whatever its own due time says. */
    public record Unseen(String job, Duration since, Duration longestWait) {}

    /**
     * A job that was not looked at for longer than it may wait and this time besides; the one that waits longest. Jobs of
     * paused tenants are not counted.
     */
    public Optional<Unseen> unseen(Duration tolerated) {
        Instant now = clock.instant();
        Map<LookReason, Duration> waits = schedule.longestWaits();
        String longest = waits.entrySet().stream()
                .map(each ->
                        " when '" + each.getKey() + "' then " + each.getValue().toMillis())
                .collect(Collectors.joining());
        return store.read(handle -> handle.createQuery(
                        "select job.id, due_why, coalesce(job.looked_at, job.watched_since) as seen"
                                + " from job left join tenant on tenant.alias = job.tenant"
                                + " where " + WatchList.WATCHED + " and lease_until <= :now"
                                + " and coalesce(tenant.paused_until, 0) <= :now"
                                + " and coalesce(job.looked_at, job.watched_since) < :tolerated - case due_why"
                                + longest + " end"
                                + " order by seen limit 1")
                .bind("now", now.toEpochMilli())
                .bind("tolerated", now.minus(tolerated).toEpochMilli())
                .map((row, context) -> new Unseen(
                        row.getString("id"),
                        Duration.between(Instant.ofEpochMilli(row.getLong("seen")), now),
                        waits.get(LookReason.valueOf(row.getString("due_why")))))
                .findOne());
    }

    /** Counts over all jobs that the store knows; see {@link Counts}. */
    public Counts counts() {
        return store.read(handle -> handle.createQuery("select count(*) as total,"
                        + " coalesce(sum(case when phase = 'ENDED' and state = 'COMPLETED' then 1 else 0 end), 0) as completed,"
                        + " coalesce(sum(case when phase = 'ENDED' and state = 'FAILED' then 1 else 0 end), 0) as failed,"
                        + " coalesce(sum(case when phase = 'ENDED' and state = 'CANCELLED' then 1 else 0 end), 0) as cancelled,"
                        + " (select count(*) from job where " + Trouble.ANY + " and unreachable = 1) as unreachable"
                        + " from job")
                .map((row, context) -> new Counts(
                        row.getLong("total"),
                        row.getLong("completed"),
                        row.getLong("failed"),
                        row.getLong("cancelled"),
                        row.getLong("unreachable"),
                        journal.size()))
                .one());
    }

    /**
     * @param total jobs on the list, ended ones included
     * @param unreachable jobs that have not ended and whose looks fail
     * @param auditLines lines of the audit log
     */
    public record Counts(long total, long completed, long failed, long cancelled, long unreachable, long auditLines) {}
}
