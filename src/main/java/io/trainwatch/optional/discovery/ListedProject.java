package io.trainwatch.optional.discovery;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * A project whose list is due, as it was claimed.
 *
 * @param discover whether jobs that are not on the watch list are put on it
 * @param since of these, those that ended before are left out
 * @param surveyed whether all pages were read once, so that only new jobs are unknown
 * @param nextProbeAt when a job is to be looked at on its own, to see whether the list is true
 * @param failures lists in a row that could not be used
 */
record ListedProject(
        String id,
        String tenant,
        String project,
        boolean discover,
        Instant since,
        boolean surveyed,
        Instant nextProbeAt,
        int failures,
        long fence) {

    static ListedProject read(ResultSet row) throws SQLException {
        return new ListedProject(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("project_id"),
                row.getInt("discover") == 1,
                Instant.ofEpochMilli(row.getLong("since")),
                row.getInt("surveyed") == 1,
                Instant.ofEpochMilli(row.getLong("next_probe_at")),
                row.getInt("failures"),
                row.getLong("fence"));
    }
}
