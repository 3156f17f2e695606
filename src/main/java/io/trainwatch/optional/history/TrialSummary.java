package io.trainwatch.optional.history;

import java.time.Instant;
import java.util.List;

/**
 * What a trial found.
 *
 * @param source where the looks come from
 * @param jobs that were judged; each time that a job was put on the watch list counts as one
 * @param applied jobs that the tried policy is for; 0 in a replay
 * @param looks that were judged
 * @param different jobs that would have met something else
 * @param cut jobs whose beginning is not there
 * @param skipped looks of these, before the first at which they can be judged
 * @param gaps places at which looks of a job are missing
 * @param mismatches looks that were not judged as recorded; of replays only
 * @param healthyCancelled jobs that ended as completed and would have been cancelled
 * @param notable jobs that would have met something else, or were judged otherwise than recorded, in the order of the
 *     source; at most {@value TrialTally#MOST_NOTABLE}
 * @param first when the first look was; {@code null} without any
 * @param last when the last look was; {@code null} without any
 */
public record TrialSummary(
        String source,
        long jobs,
        long applied,
        long looks,
        long different,
        long cut,
        long skipped,
        long gaps,
        long mismatches,
        long healthyCancelled,
        List<JobFinding> notable,
        Instant first,
        Instant last) {

    /** Whether every job would have met the same, and every look was judged as recorded. */
    public boolean isSame() {
        return different == 0 && mismatches == 0;
    }
}
