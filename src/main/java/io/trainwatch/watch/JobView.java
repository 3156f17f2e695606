package io.trainwatch.watch;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job as people are shown it: its row, with what no look asks for.
 *
 * @param lookedAt the last valid look; {@code null} before the first
 * @param endedAt when its end was seen; {@code null} before
 * @param node whose look at it is under way; empty while none is
 * @param exempt who exempted it from being cancelled, and why; {@code null} where nobody did
 */
public record JobView(
        WatchedJob job, Instant lookedAt, Instant endedAt, String node, String exempt, Optional<Trouble> trouble) {

    /** Empty where the row cannot be read. */
    static Optional<JobView> read(ResultSet row) throws SQLException {
        WatchedJob job = JobRow.read(row).job();
        if (job == null) {
            return Optional.empty();
        }
        return Optional.of(new JobView(
                job,
                Store.instant(row, "looked_at"),
                Store.instant(row, "ended_at"),
                row.getString("lease_owner"),
                row.getString("exempt"),
                Trouble.of(job, Store.instant(row, "cancel_failed_at") != null)));
    }

    public Stage stage() {
        return Stage.of(job.phase(), job.state());
    }

    /** The breaches that were reported, each {@code rule/outcome}. */
    public List<String> breaches() {
        return job.reported().words();
    }

    /** Such as {@code 2 accepted, 1 lost}: what came of the requests to cancel it. */
    public String cancelTries() {
        return job.tries().describe();
    }

    /** What the tenant said to the latest request to cancel it; {@code null} before the first. */
    public String cancelMessage() {
        return job.tries().message();
    }

    /** When it will end; empty where it has ended or nobody can know. */
    public Optional<ExpectedEnd> expectedEnd() {
        return Optional.ofNullable(
                job.phase() == Phase.ENDED ? null : job.observed().expectedEnd());
    }

    /** When it is looked at next; empty where it is not. */
    public Optional<Instant> nextLook() {
        return job.nextPollAt().toEpochMilli() == Store.NEVER ? Optional.empty() : Optional.of(job.nextPollAt());
    }

    /** Why then, such as {@code after failure}. */
    public String nextLookWhy() {
        return job.due().text();
    }
}
