package io.trainwatch.verdict;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import java.time.Instant;
import java.util.Optional;

/** One limit of a policy. Only asked about running jobs: what a waiting job's machine does is not the job's doing. */
interface Rule {

    /** @param observed what the looks add up to, this one included */
    Optional<Breach> check(JobStatus status, Observed observed, Policy policy, Instant now);
}
