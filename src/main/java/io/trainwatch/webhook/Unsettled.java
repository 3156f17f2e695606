package io.trainwatch.webhook;

import io.trainwatch.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * A delivery that a target does not have.
 *
 * @param dead whether it was given up
 * @param held whether it waits until a person enables its target
 * @param nextAttempt {@code null} where there is none, or not before that
 * @param lastError {@code null} before the first attempt
 */
public record Unsettled(
        String job,
        String target,
        String eventId,
        String type,
        boolean dead,
        boolean held,
        int attempts,
        Instant nextAttempt,
        String lastError) {

    private static final String SELECT =
            "select d.job, d.target, d.status, d.attempts, d.next_attempt_at, d.last_error,"
                    + " e.id, e.type, coalesce(t.status, '') as target_status from delivery d"
                    + " join event e on e.seq = d.event_seq left join webhook_target t on t.name = d.target where ";

    static List<Unsettled> ofJobs(Handle handle, Collection<String> jobs) {
        return handle.createQuery(SELECT + "d.status <> 'delivered' and d.job in (<jobs>) order by e.seq")
                .bindList("jobs", List.copyOf(jobs))
                .map((row, context) -> of(row))
                .list();
    }

    static List<Unsettled> inState(Handle handle, String state, int most) {
        return handle.createQuery(SELECT + "d.status = :state order by e.seq limit :most")
                .bind("state", state)
                .bind("most", most)
                .map((row, context) -> of(row))
                .list();
    }

    private static Unsettled of(ResultSet row) throws SQLException {
        long next = row.getLong("next_attempt_at");
        boolean dead = "dead".equals(row.getString("status"));
        boolean held = !dead && "disabled".equals(row.getString("target_status"));
        return new Unsettled(
                row.getString("job"),
                row.getString("target"),
                row.getString("id"),
                row.getString("type"),
                dead,
                held,
                row.getInt("attempts"),
                held || next == Store.NEVER ? null : Instant.ofEpochMilli(next),
                row.getString("last_error"));
    }
}
