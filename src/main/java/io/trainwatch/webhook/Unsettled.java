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
 * @param nextAttempt {@code null} where there is none
 * @param lastError {@code null} before the first attempt
 */
public record Unsettled(
        String job,
        String target,
        String eventId,
        String type,
        boolean dead,
        int attempts,
        Instant nextAttempt,
        String lastError) {

    private static final String SELECT =
            "select d.job, d.target, d.status, d.attempts, d.next_attempt_at, d.last_error,"
                    + " e.id, e.type from delivery d join event e on e.seq = d.event_seq where ";

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
        return new Unsettled(
                row.getString("job"),
                row.getString("target"),
                row.getString("id"),
                row.getString("type"),
                "dead".equals(row.getString("status")),
                row.getInt("attempts"),
                next == Store.NEVER ? null : Instant.ofEpochMilli(next),
                row.getString("last_error"));
    }
}
