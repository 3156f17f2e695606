package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.StatusDocument.KnownReading;
import java.time.Instant;

/**
 * One look at one job, under a lease: what the exchange on {@code trainwatch-check-job} is about.
 *
 * @param job the row as it was claimed
 * @param claimedAt when it was claimed
 * @param listed whether a list of the project's jobs showed the status, so that the next list will show the next one
 */
public record Look(WatchedJob job, Instant claimedAt, boolean listed) implements KnownReading {

    /** A look at the job alone. */
    public Look(WatchedJob job, Instant claimedAt) {
        this(job, claimedAt, false);
    }

    /** The same look, for which the job is asked about on its own. */
    public Look alone() {
        return new Look(job, claimedAt, false);
    }

    @Override
    public String entityTag() {
        return job.phase() == Phase.WATCHING ? job.observed().entityTag() : null;
    }

    /** Why it was taken when it was. */
    public LookReason why() {
        return listed ? LookReason.LIST : job.due();
    }

    /** Whether the job had ended already, and is looked at once more. */
    public boolean confirms() {
        return job.phase() == Phase.ENDED;
    }

    public JobKey key() {
        return job.key();
    }
}
