package io.trainwatch.explain;

import io.trainwatch.audit.AuditReading;
import io.trainwatch.audit.AuditVerification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Explains what was done about a job, from audit files alone. Holds one line at a time and hands each on as it is read, so
 * that an audit of any length can be explained in little memory.
 */
public final class Explanation {

    private static final int MOST_JOBS_NAMED = 20;

    private Explanation() {}

    /**
     * What was found.
     *
     * @param jobs the jobs that the name fits; where there are several, none was explained
     * @param chain whether the audit is whole
     */
    public record Result(Set<String> jobs, AuditVerification.Result chain) {

        /** Whether the one job was explained from an audit that is whole. */
        public boolean isTrustworthy() {
            return jobs.size() == 1 && chain.isWhole();
        }
    }

    /**
     * Explains the job.
     *
     * @param paths audit files, or folders that hold them
     * @throws IOException where one cannot be read
     */
    public static Result of(List<Path> paths, JobName name, Narrator narrator) throws IOException {
        Set<String> jobs = jobs(paths, name);
        AuditVerification.Result chain = AuditVerification.verify(paths);
        Result result = new Result(jobs, chain);
        if (jobs.size() != 1) {
            return result;
        }
        narrator.begin(jobs.iterator().next(), chain);
        Summary summary = new Summary();
        Wording wording = new Wording();
        AtomicLong lines = new AtomicLong();
        AuditReading.ofJob(paths, name.job(), line -> {
            if (name.fits(line)) {
                lines.incrementAndGet();
                summary.add(line);
                narrator.step(new Step(line.at(), line.seq(), line.action(), wording.of(line), line.details()));
            }
        });
        narrator.end(summary.sentences(), lines.get(), chain);
        return result;
    }

    private static Set<String> jobs(List<Path> paths, JobName name) throws IOException {
        Set<String> jobs = new TreeSet<>();
        AuditReading.ofJob(paths, name.job(), line -> {
            if (name.fits(line) && jobs.size() < MOST_JOBS_NAMED) {
                jobs.add(JobName.of(line));
            }
        });
        return jobs;
    }
}
