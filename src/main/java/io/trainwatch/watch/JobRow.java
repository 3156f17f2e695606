package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A row of the watch list as it was read: as a {@link WatchedJob}, or with why it cannot be one.
 *
 * @param failure what the last look met; {@code null} without one
 * @param job {@code null} where the row cannot be read
 * @param why it cannot; {@code null} where it can
 */
record JobRow(String id, Optional<JobKey> key, long fence, String failure, WatchedJob job, String why) {

    /** The job with this id; empty where it is not on the list, or its row cannot be read. */
    static Optional<WatchedJob> find(Handle handle, String id) {
        return handle.createQuery("select * from job where id = :id")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne()
                .map(JobRow::job);
    }

    static JobRow read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        long fence = row.getLong("fence");
        JobKey key = null;
        try {
            key = WatchedJob.key(row);
            return new JobRow(id, Optional.of(key), fence, null, WatchedJob.read(row, key), null);
        } catch (IllegalArgumentException | UnreadableColumn e) {
            return new JobRow(id, Optional.ofNullable(key), fence, row.getString("failure"), null, e.getMessage());
        }
    }
}
