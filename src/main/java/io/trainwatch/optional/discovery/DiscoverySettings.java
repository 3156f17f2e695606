package io.trainwatch.optional.discovery;

import io.trainwatch.job.JobKey;
import io.trainwatch.settings.Part;
import io.trainwatch.settings.Problem;
import io.trainwatch.settings.Quantities;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import io.trainwatch.tenant.ApiName;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.watch.JobsSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tasks of a tenant are found by listing.
 *
 * @param allProjects whether all projects are listed, not only {@code projects}
 * @param allTasks whether tasks of any name are watched, not only {@code tasks}
 * @param since tasks that ended before the first list are reported where they ended no longer ago
 */
public record DiscoverySettings(
        boolean allProjects, Set<String> projects, boolean allTasks, Set<String> tasks, Duration since) {

    public static final Section SECTION =
            new Section("Discovery", "For tenants that speak the `tasks` API, whose tasks can be listed.");

    private static final Setting<List<String>> PROJECTS = SECTION.optional(
            "tenant.<alias>.discover",
            ValueType.list(),
            "The projects whose tasks are found by listing, or `*` for all that the client is a member of.");
    private static final Setting<List<String>> TASKS = SECTION.setting(
            "tenant.<alias>.discover-tasks",
            ValueType.list(),
            "trainIntents, trainYesNoIntents, trainAllProjectFlows",
            "The names of the tasks that are watched when they are found; `*` for all.");
    private static final Setting<Duration> SINCE = SECTION.setting(
            "tenant.<alias>.discover-since",
            Quantities.duration("0s", "30d"),
            "0s",
            "Tasks that had ended before a project was first listed are reported too, where they ended no longer ago than"
                    + " this.");

    /** By the alias of the tenant; those in which something is to be found. */
    public static final Part<Map<String, DiscoverySettings>> DISCOVERIES =
            SECTION.part(values -> values.each("tenant", DiscoverySettings::read));

    private static Optional<DiscoverySettings> read(Values values, String alias) {
        List<String> projects = values.find(PROJECTS, alias).orElse(List.of());
        values.putEffective(PROJECTS, alias, projects);
        List<String> names = values.find(TASKS, alias).orElse(List.of());
        Optional<Duration> since = values.find(SINCE, alias);
        if (projects.isEmpty() || since.isEmpty()) {
            return Optional.empty();
        }
        if (!values.find(TenantSettings.API, alias).equals(Optional.of(ApiName.TASKS))) {
            values.report(
                    PROJECTS.key(alias),
                    "is for the tasks API, and tenant '" + alias + "' speaks another",
                    "Set " + TenantSettings.API.key(alias) + "=tasks, or name the jobs in " + JobsSettings.KEY + ".");
        }
        for (String project : projects) {
            if (!project.equals("*") && !JobKey.isSafe(project)) {
                values.report(
                        PROJECTS.key(alias),
                        Problem.quoted(project) + " is no project id",
                        "Write ids of letters, digits, '_' or '-', or * for all projects.");
            }
        }
        return Optional.of(new DiscoverySettings(
                projects.contains("*"), Set.copyOf(projects), names.contains("*"), Set.copyOf(names), since.get()));
    }
}
