package io.trainwatch.watch;

import io.trainwatch.job.JobKey;
import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is watched from the start. */
public final class JobsSettings {

    public static final Section SECTION = new Section("Jobs", "What is watched from the start.");

    private static final Setting<List<String>> NAMED = SECTION.optional(
            "jobs",
            ValueType.list(),
            "The jobs to watch, each `[alias:]project/job`; the alias may be left out where there is one tenant.");
    public static final Setting<Path> DIRECTORY = SECTION.setting(
            "jobs-directory",
            Addresses.directory(),
            "jobs",
            "A JSON file in this folder, such as `{\"project\": \"p1\", \"job\": \"a\"}`, has its jobs watched for as long as it"
                    + " is there.");

    /** The key of the jobs. */
    public static final String KEY = NAMED.pattern();

    /** The jobs to watch, each of a configured tenant and none twice. */
    public static final Part<List<JobKey>> JOBS = SECTION.part(JobsSettings::read);

    private JobsSettings() {}

    private static List<JobKey> read(Values values) {
        Set<String> aliases = values.names("tenant");
        String onlyAlias = aliases.size() == 1 ? aliases.iterator().next() : null;
        List<String> texts = values.find(NAMED).orElse(List.of());
        values.putEffective(NAMED, "", texts);
        Set<JobKey> jobs = new LinkedHashSet<>();
        if (aliases.isEmpty()) {
            // That no tenant is configured is reported already, and is the reason for whatever could be said here.
            return List.of();
        }
        for (String text : texts) {
            try {
                JobKey job = JobKey.parse(text, onlyAlias);
                if (aliases.contains(job.tenant())) {
                    jobs.add(job);
                } else {
                    values.report(
                            KEY,
                            Problem.quoted(text) + " names a tenant that is not configured",
                            "Configured: " + String.join(", ", aliases) + ".");
                }
            } catch (IllegalArgumentException e) {
                values.report(KEY, e.getMessage(), "Write [alias:]project/job, separated by commas.");
            }
        }
        return List.copyOf(jobs);
    }
}
