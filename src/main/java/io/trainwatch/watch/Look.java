package io.trainwatch.watch;

import io.trainwatch.status.JobKey;
import java.time.Instant;

/**
 * One look at one job, under a lease: what the exchange on {@code check-job} is about.
 *
 * @param job the row as it was claimed
 * @param claimedAt when it was claimed
 */
public record Look(WatchedJob job, Instant claimedAt) {

    public JobKey key() {
        return job.key();
    }
}
