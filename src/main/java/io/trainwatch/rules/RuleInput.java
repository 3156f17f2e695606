package io.trainwatch.rules;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import java.time.Duration;
import java.time.Instant;

/**
 * What a rule judges: one status, and what the looks at the job add up to.
 *
 * @param observed what the looks add up to, this one included
 * @param gap the longest time between two looks that still follow each other
 * @param now when the look was judged
 */
public record RuleInput(JobStatus status, Observed observed, Duration gap, Instant now) {

    /** Since when the job runs: as the tenant says, else {@code otherwise}. */
    Instant start(Instant otherwise) {
        Instant start = observed.startedAt();
        // The beginning of 1970 is what a program writes that does not know.
        return start == null || !start.isAfter(Instant.EPOCH) ? otherwise : start;
    }

    /** For how long the job runs, at the least since it was first seen: the tenant's clock may be ahead. */
    Duration runningFor(Instant firstSeen) {
        Instant start = start(firstSeen);
        return Duration.between(start.isBefore(firstSeen) ? start : firstSeen, now);
    }
}
