package io.trainwatch.audit.explain;

import io.trainwatch.audit.AuditReading;
import io.trainwatch.audit.AuditReading.Line;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.text.SafeText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Explains what was done about a job, from audit files alone. Holds one line at a time and hands each on as it is read, so
 * that an audit of any length can be explained in little memory.
 */
public final class Explanation {

    private static final int MAX_JOBS_NAMED = 20;
    private static final String DOUBTFUL =
            "NOT PROVEN, perhaps forged: neither the store nor a signature knows this line. It says: ";

    private Explanation() {}

    /**
     * What was found.
     *
     * @param jobs the jobs that the name fits; where there are several, none was explained
     * @param chain whether the audit is whole
     * @param doubtful lines about the job that neither a signature nor the store speaks for, where there was one to ask
     */
    public record Result(Set<String> jobs, AuditVerification.Result chain, long doubtful) {

        /** Whether the one job was explained from an audit that is whole. */
        public boolean isTrustworthy() {
            return jobs.size() == 1 && chain.isWhole();
        }
    }

    /**
     * Explains the job.
     *
     * @param audit files, or folders that hold them, and what their lines are checked against
     * @throws IOException where one cannot be read
     */
    public static Result of(AuditVerification.Request audit, JobName name, Narrator narrator) throws IOException {
        Set<String> jobs = jobs(audit.paths(), name);
        AuditVerification.Result chain = AuditVerification.verify(audit);
        if (jobs.size() != 1) {
            return new Result(jobs, chain, 0);
        }
        narrator.begin(jobs.iterator().next(), chain);
        Summary summary = new Summary();
        Wording wording = new Wording();
        AtomicLong doubtful = new AtomicLong();
        AuditReading.ofJob(audit.paths(), name.job(), line -> {
            if (!name.fits(line)) {
                return;
            }
            String text = SafeText.of(wording.of(line));
            if (chain.isDoubtful(line.file(), line.number())) {
                doubtful.incrementAndGet();
                text = DOUBTFUL + text;
            } else {
                summary.add(line);
            }
            narrator.step(line, text);
        });
        narrator.end(summary.sentences(doubtful.get()), chain);
        return new Result(jobs, chain, doubtful.get());
    }

    private static Set<String> jobs(List<Path> paths, JobName name) throws IOException {
        Set<String> jobs = new TreeSet<>();
        AuditReading.ofJob(paths, name.job(), line -> {
            if (name.fits(line) && jobs.size() < MAX_JOBS_NAMED) {
                jobs.add(JobName.of(line));
            }
        });
        return jobs;
    }

    /**
     * A job as a person names it.
     *
     * @param tenant {@code null} for any
     * @param project {@code null} for any
     */
    public record JobName(String tenant, String project, String job) {

        private static final Pattern FORM =
                Pattern.compile("(?:(?:([A-Za-z0-9_-]{1,64}):)?([A-Za-z0-9_-]{1,128})/)?([A-Za-z0-9_-]{1,128})");

        /**
         * Reads {@code [[TENANT:]PROJECT/]JOB}.
         *
         * @throws IllegalArgumentException with a sentence for the user
         */
        public static JobName parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "'" + text + "' names no job: write [TENANT:]PROJECT/JOB, or the job's id.");
            }
            return new JobName(matcher.group(1), matcher.group(2), matcher.group(3));
        }

        boolean fits(Line line) {
            return job.equals(line.jobId())
                    && (project == null || project.equals(line.projectId()))
                    && (tenant == null || tenant.equals(line.tenant()));
        }

        static String of(Line line) {
            return line.tenant() + ":" + line.projectId() + "/" + line.jobId();
        }

        @Override
        public String toString() {
            return (tenant == null ? "" : tenant + ":") + (project == null ? "" : project + "/") + job;
        }
    }

    /** Is told the story of a job, step by step, and tells it on. */
    public interface Narrator {

        /** @param chain whether what follows can be relied on */
        void begin(String job, AuditVerification.Result chain);

        /** @param text what the line tells, in plain words */
        void step(AuditReading.Line line, String text);

        /** @param summary short sentences, each under a name */
        void end(Map<String, List<String>> summary, AuditVerification.Result chain);
    }
}
