package io.trainwatch.optional.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Adds up what was found out about jobs. Not thread-safe. */
final class TrialTally {

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
    void add(JobFinding finding, long chunk, boolean applies) {
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

    /** Sums those of several threads, each of which had jobs of its own. */
    static TrialSummary sum(String source, List<TrialTally> parts) {
        TrialTally all = new TrialTally();
        List<Placed> placed = new ArrayList<>();
        for (TrialTally part : parts) {
            all.jobs += part.jobs;
            all.applied += part.applied;
            all.looks += part.looks;
            all.different += part.different;
            all.cut += part.cut;
            all.skipped += part.skipped;
            all.gaps += part.gaps;
            all.mismatches += part.mismatches;
            all.healthyCancelled += part.healthyCancelled;
            all.first = earlier(all.first, part.first);
            all.last = later(all.last, part.last);
            placed.addAll(part.notable);
        }
        return new TrialSummary(
                source,
                all.jobs,
                all.applied,
                all.looks,
                all.different,
                all.cut,
                all.skipped,
                all.gaps,
                all.mismatches,
                all.healthyCancelled,
                placed.stream()
                        .sorted(Comparator.comparingLong(Placed::chunk))
                        .limit(MOST_NOTABLE)
                        .map(Placed::finding)
                        .toList(),
                all.first,
                all.last);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a == null || b != null && b.isBefore(a) ? b : a;
    }

    private static Instant later(Instant a, Instant b) {
        return a == null || b != null && b.isAfter(a) ? b : a;
    }
}
