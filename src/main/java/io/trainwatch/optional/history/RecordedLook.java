package io.trainwatch.optional.history;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.TrainingState;
import io.trainwatch.watch.ActionTaken;
import java.time.Instant;

/**
 * One valid look: what it showed, and what was decided on it.
 *
 * @param job its key, {@code tenant:project/job}
 * @param epoch counts the times that the job was put on the watch list anew, from 1
 * @param fence the number of the claim under which the look was committed: grows from look to look of a job, not always
 *     by one
 * @param number counts the valid looks of the epoch that were followed, from 1, this one included; 0 where nobody counted
 * @param at when it was judged
 * @param status as the judge saw it; of its times only those that were news are recorded, and no words
 * @param stopping whether a cancel had been decided before
 * @param followed whether what it showed was taken as true; a report that is not followed leaves no trace in what is known
 * @param policy the hash of the policy that it was judged by; {@code null} where nobody told
 * @param before what was known before it, where that is recorded; else {@code null}, and it follows from the looks before
 */
public record RecordedLook(
        String job,
        int epoch,
        long fence,
        long number,
        Instant at,
        JobStatus status,
        boolean stopping,
        boolean followed,
        String policy,
        Decided decided,
        ActionTaken act,
        Known before) {

    /**
     * What is known of a job between two looks, as far as a judge asks for it.
     *
     * @param state the last state that was followed; {@code null} before the first look
     * @param observed without samples
     */
    public record Known(TrainingState state, Observed observed) {

        /** Before the first look. */
        static final Known NOTHING = new Known(null, Observed.none());
    }
}
