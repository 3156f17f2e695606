package io.trainwatch.audit.explain;

import io.trainwatch.audit.AuditReading.Line;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
