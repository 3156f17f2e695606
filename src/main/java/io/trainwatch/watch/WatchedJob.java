package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Breach;
import io.trainwatch.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * A job on the watch list, as its row says; {@link JobRow} reads it.
 *
 * @param epoch counts the times that the job was put on the list anew, from 1
 * @param state the last state that was followed; {@code null} before the first valid look
 * @param breach what the cancel was decided on; {@code null} where none was
 * @param cancelAttempts requests to cancel that were answered, or lost, so far
 * @param nextCancelAt when a cancel request may be sent (again); {@code null} where none is wanted
 * @param tries the requests to cancel it, and what came of them
 * @param failures looks in a row that gave no valid status
 * @param failingSince when the first of these failed; {@code null} without one
 * @param failure what the last of these met; {@code null} without one
 * @param unreachable whether these were reported
 * @param nextPollAt when the next look is due
 * @param due why it is due then
 * @param policy one of the job's own, JSON; {@code null} where it has none
 * @param reported what was reported of its breaches
 * @param exempt whether somebody exempted it from being cancelled
 * @param fence the number of the claim under which the row was read
 */
public record WatchedJob(
        JobKey key,
        int epoch,
        Phase phase,
        TrainingState state,
        Observed observed,
        Instant watchedSince,
        Breach breach,
        Instant cancelRequestedAt,
        int cancelAttempts,
        Instant nextCancelAt,
        CancelTries tries,
        int failures,
        Instant failingSince,
        String failure,
        boolean unreachable,
        Instant nextPollAt,
        LookReason due,
        String policy,
        ReportedBreaches reported,
        boolean exempt,
        long fence) {

    /** Its primary key in the store. */
    public String id() {
        return key.toString();
    }

    /** @throws UnreadableColumn where the row cannot be read */
    static WatchedJob read(ResultSet row, JobKey key) throws SQLException {
        return new WatchedJob(
                key,
                row.getInt("epoch"),
                UnreadableColumn.read(row, "phase", Phase::valueOf),
                UnreadableColumn.read(row, "state", state -> state == null ? null : TrainingState.valueOf(state)),
                UnreadableColumn.read(row, "observed", Observed::fromJson),
                Instant.ofEpochMilli(row.getLong("watched_since")),
                UnreadableColumn.read(row, "breach", BreachJson::read),
                Store.instant(row, "cancel_requested_at"),
                row.getInt("cancel_attempts"),
                Store.instant(row, "next_cancel_at"),
                UnreadableColumn.read(row, "cancel_tries", CancelTries::fromJson),
                row.getInt("failures"),
                Store.instant(row, "failing_since"),
                row.getString("failure"),
                row.getInt("unreachable") != 0,
                Instant.ofEpochMilli(row.getLong("next_poll_at")),
                UnreadableColumn.read(row, "due_why", LookReason::valueOf),
                row.getString("policy"),
                ReportedBreaches.read(row.getString("told")),
                row.getString("exempt") != null,
                row.getLong("fence"));
    }

    static JobKey key(ResultSet row) throws SQLException {
        return new JobKey(row.getString("tenant"), row.getString("project_id"), row.getString("job_id"));
    }
}
