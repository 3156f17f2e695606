package io.trainwatch.optional.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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
 *     source; at most {@value Tally#MOST_NOTABLE}
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

    /** Adds up what was found out about jobs. Thread-safe. */
    static final class Tally {

        /** What is more is counted, but not told one by one. */
        static final int MOST_NOTABLE = 100_000;

        private final List<Placed> notable = new ArrayList<>();
        private long jobs;
        private long applied;
        private long looks;
        private long different;
        private long cut;
        private long skipped;
        private long gaps;
        private long mismatches;
        private long healthyCancelled;
        private Instant first;
        private Instant last;

        /** @param chunk the number of the chunk in which the job began */
        private record Placed(long chunk, JobFinding finding) {}

        /**
         * @param chunk the number of the chunk in which the job began
         * @param applies whether the tried policy is for the job
         */
        synchronized void add(JobFinding finding, long chunk, boolean applies) {
            jobs++;
            applied += applies ? 1 : 0;
            looks += finding.looks();
            different += finding.differs() ? 1 : 0;
            cut += finding.cut() ? 1 : 0;
            skipped += finding.skipped();
            gaps += finding.gaps();
            mismatches += finding.mismatches();
            healthyCancelled += finding.isHealthyCancelled() ? 1 : 0;
            first = earlier(first, finding.first());
            last = later(last, finding.last());
            if ((finding.differs() || finding.mismatches() > 0) && notable.size() < MOST_NOTABLE) {
                notable.add(new Placed(chunk, finding));
            }
        }

        synchronized TrialSummary summary(String source) {
            return new TrialSummary(
                    source,
                    jobs,
                    applied,
                    looks,
                    different,
                    cut,
                    skipped,
                    gaps,
                    mismatches,
                    healthyCancelled,
                    notable.stream()
                            .sorted(Comparator.comparingLong(Placed::chunk))
                            .map(Placed::finding)
                            .toList(),
                    first,
                    last);
        }

        private static Instant earlier(Instant a, Instant b) {
            return a == null || b != null && b.isBefore(a) ? b : a;
        }

        private static Instant later(Instant a, Instant b) {
            return a == null || b != null && b.isAfter(a) ? b : a;
        }
    }
}
