package io.trainwatch.verdict;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import java.time.Duration;
import java.time.Instant;

/**
 * What a rule is shown of a look.
 *
 * @param observed what the looks add up to, this one included
 * @param gap the longest time between two looks that still follow each other
 * @param now when the look was judged
 */
record Sight(JobStatus status, Observed observed, Duration gap, Instant now) {}
