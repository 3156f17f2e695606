package io.trainwatch.watch;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.PolicyInForce;
import io.trainwatch.rules.Verdict;
import java.time.Instant;
import java.util.Map;

/**
 * What a look decides, for the router on {@code trainwatch-check-job}.
 *
 * @param outcome {@code finished}, {@code confirmed}, {@code breached}, {@code reversed} or {@code running}; a job whose cancel is to be sent
 *     again is {@code breached} too
 * @param observed what the looks add up to, this one included
 * @param policy by which it was judged
 * @param at when the status was judged
 */
public record Decision(
        String outcome, JobStatus status, Verdict verdict, Observed observed, PolicyInForce policy, Instant at) {

    /** Whether the job ended well. */
    public boolean isSuccess() {
        return verdict instanceof Verdict.Finished finished && finished.state() == TrainingState.COMPLETED;
    }

    /** The same, with figures by the names that the event is to carry. */
    public Decision telling(Map<String, Double> figures) {
        return new Decision(outcome, status, verdict, observed.telling(figures), policy, at);
    }
}
