package io.trainwatch.optional.history;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.watch.Look;
import io.trainwatch.watch.LookReason;
import io.trainwatch.watch.Phase;
import io.trainwatch.watch.WatchedJob;
import java.time.Instant;

/** Looks at jobs that run, as a claim gives them. */
final class RecordedLooks {

    private RecordedLooks() {}

    /** @param before what the looks before it add up to */
    static Look look(JobKey job, Observed before, long fence, Instant now) {
        WatchedJob row = new WatchedJob(
                job,
                1,
                Phase.WATCHING,
                before.looks() == 0 ? null : TrainingState.RUNNING,
                before,
                now,
                null,
                null,
                0,
                null,
                null,
                0,
                null,
                null,
                false,
                now,
                LookReason.INTERVAL,
                null,
                null,
                false,
                fence);
        return new Look(row, now);
    }
}
