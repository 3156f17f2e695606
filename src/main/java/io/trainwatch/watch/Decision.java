package io.trainwatch.watch;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import io.trainwatch.verdict.Policy;
import io.trainwatch.verdict.Verdict;
import java.time.Instant;

/**
 * What a look decides, for the router on {@code check-job}.
 *
 * @param outcome {@code finished}, {@code confirmed}, {@code breached}, {@code reversed} or {@code running}; a job whose cancel is to be sent
 *     again is {@code breached} too
 * @param observed what the looks add up to, this one included
 * @param policy what the status was judged by
 * @param at when the status was judged
 */
public record Decision(
        String outcome, JobStatus status, Verdict verdict, Observed observed, Policy policy, Instant at) {}
