package io.trainwatch;

import io.trainwatch.job.JobKey;
import io.trainwatch.watch.WatchList;
import java.util.List;

/**
 * The jobs that are put on the watch list at the start.
 *
 * @param source where they come from, for the audit
 * @param onlyThese whether this process looks at these alone, whatever else the store holds
 */
public record JobsToWatch(List<JobKey> jobs, String source, boolean onlyThese) {

    /** What route {@code trainwatch-watch-jobs} calls. */
    public static final class Adding {
        private final WatchList watchList;
        private final JobsToWatch jobs;
        private boolean done;

        Adding(WatchList watchList, JobsToWatch jobs) {
            this.watchList = watchList;
            this.jobs = jobs;
        }

        /** Adds those that are not on the list yet, once: a job that is released later stays so. */
        public void add() {
            if (!done) {
                watchList.add(jobs.jobs(), jobs.source());
                done = true;
            }
        }
    }
}
