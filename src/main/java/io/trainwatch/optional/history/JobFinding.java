package io.trainwatch.optional.history;

import java.time.Instant;

/**
 * What a trial found out about a job.
 *
 * @param looks that were judged
 * @param skipped looks before the first that a trial can begin at
 * @param cut whether the beginning is not there, since the retention has passed or nothing was recorded then
 * @param gaps places at which looks are missing
 * @param now what happened
 * @param then what the judgements would have led to
 * @param mismatch the first of {@code mismatches}; {@code null} where there is none
 * @param mismatches looks that were not judged as recorded; of replays only
 * @param endedWell whether the last look saw it completed
 * @param first when the first look was
 * @param last when the last look was
 */
public record JobFinding(
        String job,
        int epoch,
        long looks,
        long skipped,
        boolean cut,
        long gaps,
        JobOutcome now,
        JobOutcome then,
        Mismatch mismatch,
        long mismatches,
        boolean endedWell,
        Instant first,
        Instant last) {

    /**
     * A look that was not judged as it was recorded.
     *
     * @param look its number
     * @param recorded what was decided, or was known before, for people
     * @param replayed the same of the replay
     */
    public record Mismatch(long look, Instant at, String recorded, String replayed) {}

    /** Whether another thing would have become of the job. */
    public boolean differs() {
        return !now.isSame(then);
    }

    /** Whether a job that came to a good end would have been cancelled. */
    public boolean isHealthyCancelled() {
        return endedWell && then.kind() == JobOutcome.Kind.CANCELLED;
    }
}
