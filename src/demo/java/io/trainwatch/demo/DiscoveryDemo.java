package io.trainwatch.demo;

import io.trainwatch.JobsToWatch;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.cli.ConfigOption;
import io.trainwatch.cli.Service;
import io.trainwatch.demo.simulator.ManyTasks;
import io.trainwatch.demo.simulator.ProjectScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import io.trainwatch.demo.simulator.TenantOptions;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import io.trainwatch.watch.PollSettings;
import io.trainwatch.watch.WatchFigures;
import io.trainwatch.watch.WatchList;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A tenant of which only the projects are known: its tasks are found by listing and followed to their end, within the
 * limit that Cognigy publishes, which the simulated tenant enforces.
 */
final class DiscoveryDemo {

    /** What is set for hosts of Cognigy unless something else is. */
    private static final String REQUESTS_PER_SECOND = "2.5";

    private static final Duration REPORT_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration GRACE = Duration.ofSeconds(60);
    /** Snapshots and imports among the trainings of each project; nobody wants to know of them. */
    private static final int OTHERS = 10;

    private final PrintWriter out;
    private final long seed;
    private final int projects;
    private final int tasksEach;
    private final Duration length;

    /**
     * @param tasksEach trainings of each project
     * @param length how long the last of them runs at most, about
     */
    DiscoveryDemo(PrintWriter out, long seed, int projects, int tasksEach, Duration length) {
        this.out = out;
        this.seed = seed;
        this.projects = projects;
        this.tasksEach = tasksEach;
        this.length = length;
    }

    /** @return whether each training was told once and rightly, in time, and within the limit */
    boolean run(Path folder) throws Exception {
        List<TaskScript> trainings =
                ManyTasks.trainings(seed, projects, tasksEach, share(0.5), share(0.15), share(0.45));
        List<TaskScript> all = new ArrayList<>(trainings);
        all.addAll(ManyTasks.others(seed, projects, OTHERS, share(0.5)));
        try (Simulator simulator =
                Simulator.start(SimulatorOptions.demo(seed).jobs(List.of()).tasks(all))) {
            Settings settings = TrainwatchSettings.read(Sources.of(properties(simulator, folder)), "");
            out.println("A simulated tenant with " + projects + " projects and " + trainings.size()
                    + " trainings, which come to exist within " + share(0.5).toSeconds() + " s;");
            out.println("it refuses more than "
                    + simulator.tenant().options().taskLimit() + " requests in "
                    + TenantOptions.LIMIT_WINDOW.toMinutes()
                    + " minutes. Trainwatch knows the projects only.");
            out.println();
            DiscoveryFigures figures =
                    new DiscoveryFigures(simulator, trainings, settings.get(PollSettings.LIST_INTERVAL));
            try (Service service = Service.of(settings, new ConfigOption())
                    .watching(new JobsToWatch(List.of(), "demo", false))
                    .start()) {
                follow(service.beans().watchList(), figures, trainings.size());
            }
            return figures.print(out);
        }
    }

    private void follow(WatchList watchList, DiscoveryFigures figures, int trainings) throws InterruptedException {
        long start = System.nanoTime();
        long nextReport = start;
        while (figures.told() < trainings
                && System.nanoTime() - start < length.plus(GRACE).toNanos()) {
            if (System.nanoTime() >= nextReport) {
                nextReport += REPORT_EVERY.toNanos();
                WatchFigures.Counts counts = watchList.figures().counts();
                out.println(String.format(
                        Locale.ROOT,
                        "%4d s  %4d found  %4d ended  %4d requests",
                        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                        counts.total(),
                        counts.completed() + counts.failed() + counts.cancelled(),
                        figures.requests()));
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
        figures.over(Duration.ofNanos(System.nanoTime() - start));
    }

    private Map<String, String> properties(Simulator simulator, Path folder) {
        Map<String, String> properties = new LinkedHashMap<>(simulator.properties(Set.of(TenantApi.TASKS), false));
        String tenant = "trainwatch.tenant." + Simulator.ALIAS;
        properties.remove("trainwatch.jobs");
        properties.put(
                tenant + ".discover",
                simulator.tenant().tasks().projects().stream()
                        .map(ProjectScript::projectId)
                        .collect(Collectors.joining(",")));
        properties.put(tenant + ".max-requests-per-second", REQUESTS_PER_SECOND);
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve(DemoCommand.STORE));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("trainwatch.policy.auto-cancel", "false");
        properties.put("trainwatch.http.enabled", "false");
        return properties;
    }

    private Duration share(double share) {
        return Duration.ofMillis(Math.round(length.toMillis() * share));
    }
}
