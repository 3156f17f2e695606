package io.trainwatch.demo;

import io.trainwatch.JobsToWatch;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.api.HttpServer;
import io.trainwatch.cli.CliCommand;
import io.trainwatch.cli.ConfigOption;
import io.trainwatch.cli.ExitCode;
import io.trainwatch.cli.Service;
import io.trainwatch.cli.UsageException;
import io.trainwatch.cli.Watching;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.job.JobKey;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import io.trainwatch.watch.JobsSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description =
                "Watches simulated jobs that complete, fail, stall, breach and are cancelled; needs nothing but this"
                        + " machine, takes about 40 seconds and ends by itself. A page shows it as it happens.")
final class DemoCommand extends CliCommand {

    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final List<JobScript> BRIEF = List.of(
            JobScript.of("smoke", "completes", Ending.COMPLETES).running(Duration.ofMillis(1500)),
            JobScript.of("smoke", "breaches", Ending.BREACHES_CPU)
                    .running(Duration.ofSeconds(8))
                    .sampledEvery(Duration.ofMillis(200))
                    .turnsAt(0.05));
    /** In the folder; the one of {@code --discover} too. */
    static final String STORE = "trainwatch.db";

    private static final String DEMO_WINDOWS = "warn 2 of 3, cancel 6 of 8";
    private static final Duration DRAIN = Duration.ofSeconds(30);
    /** For {@code mvn exec:java}, which has no place for an option. */
    private static final String KEEP = "trainwatch.demo.keep";

    @Option(names = "--seed", description = "The same seed gives the same jobs.", defaultValue = "42")
    private long seed;

    @Option(
            names = "--directory",
            description = "Where store, audit and webhooks go; a new temporary folder by default.")
    private Path directory;

    @Option(names = "--brief", description = "Two short jobs only: a smoke test of a few seconds.")
    private boolean brief;

    @Option(
            names = "--keep",
            description = "Keeps the page open at the end, until it is stopped; -D" + KEEP + " does so too.")
    private boolean keep;

    @Option(
            names = "--discover",
            description =
                    "Many tasks of which only the projects are known: finds and follows them by listing, and counts"
                            + " requests and delays.")
    private boolean discover;

    @Option(names = "--projects", description = "With --discover: ${DEFAULT-VALUE} by default.", defaultValue = "3")
    private int projects;

    @Option(
            names = "--tasks",
            description = "With --discover, trainings in each project; ${DEFAULT-VALUE} by default.",
            defaultValue = "100")
    private int tasksEach;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "With --discover, about how long the last training runs; ${DEFAULT-VALUE} by default.",
            defaultValue = "90s")
    private String length;

    @Override
    protected int run() throws Exception {
        checkOptions();
        // It tells its story itself. Said before anything logs: the level is read once.
        System.setProperty("trainwatch.log.level", "WARN");
        PrintWriter out = out();
        Path folder = WorkFolder.of(directory, "trainwatch-demo-");
        if (Files.exists(folder.resolve(STORE))) {
            // The jobs of the demo always have the same names, and there they have ended.
            throw new UsageException("The folder " + folder + " holds an earlier demo. Give --directory another one, or"
                    + " remove what is in it.");
        }
        if (discover) {
            DiscoveryDemo demo = new DiscoveryDemo(out, seed, projects, tasksEach, duration(length));
            return demo.run(folder) ? ExitCode.OK : ExitCode.NOT_AS_EXPECTED;
        }
        try (Simulator simulator = Simulator.start(options())) {
            Settings settings = TrainwatchSettings.read(Sources.of(properties(simulator, folder)), "");
            List<JobKey> jobs = settings.get(JobsSettings.JOBS);
            out.println("A simulated tenant with " + jobs.size() + " training jobs listens on "
                    + simulator.tenant().baseUrl() + ",");
            out.println("a webhook receiver on " + simulator.receiver().url()
                    + ". The policy: CPU up to 95 %, memory up to 90 %, no standstill of 8 s.");
            out.println();
            try (Service service = Service.of(settings, new ConfigOption())
                            .watching(new JobsToWatch(jobs, "demo", true))
                            .start();
                    HttpServer server = HttpServer.start("127.0.0.1", 0, Optional.empty())) {
                out.println("See it at " + server.page());
                out.println();
                Watching watching = new Watching(service.beans(), jobs, new DemoStory(out, simulator));
                watching.untilEnd(Optional.of(LONGEST));
                List<String> undelivered = watching.drain(DRAIN);
                watching.printSummary(out, undelivered);
                out.println();
                out.println("webhooks  " + writeWebhooks(simulator, folder) + "  ("
                        + simulator.receiver().counts().accepted() + " accepted with a valid signature)");
                out.println("audit     " + folder.resolve("audit"));
                out.println("store     " + folder.resolve(STORE));
                out.println(
                        "next      name your own tenant and jobs in application.properties, and run: trainwatch check");
                if (keep || !"false".equals(System.getProperty(KEEP, "false"))) {
                    out.println();
                    out.println("The page stays at " + server.page() + " until Ctrl-C.");
                    service.awaitStop();
                }
                return undelivered.isEmpty() && watching.exitCode() != ExitCode.SOME_RUNNING
                        ? ExitCode.OK
                        : ExitCode.SOFTWARE;
            }
        }
    }

    private void checkOptions() {
        CommandLine.ParseResult given = spec().commandLine().getParseResult();
        for (String option : List.of("--projects", "--tasks", "--for")) {
            if (!discover && given.hasMatchedOption(option)) {
                throw new UsageException(option + " goes with --discover only.");
            }
        }
        if (projects < 1 || tasksEach < 1) {
            throw new UsageException("--projects and --tasks must be at least 1.");
        }
    }

    private SimulatorOptions options() {
        SimulatorOptions options = SimulatorOptions.demo(seed);
        return brief ? options.jobs(BRIEF) : options;
    }

    private Map<String, String> properties(Simulator simulator, Path folder) {
        Map<String, String> properties = new LinkedHashMap<>(simulator.properties());
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve(STORE));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("trainwatch.poll.interval", "1s");
        properties.put("trainwatch.policy.max-stagnation", "8s");
        // On a slow machine the job that stands still has done so since before the first look.
        properties.put("trainwatch.policy.fixed-stagnation", "true");
        // Its jobs run for seconds where others run for hours.
        properties.put("trainwatch.policy.warm-up", "0s");
        properties.put("trainwatch.policy.cpu-window", DEMO_WINDOWS);
        properties.put("trainwatch.policy.memory-window", DEMO_WINDOWS);
        properties.put("trainwatch.policy.directory", folder.resolve("policies").toString());
        properties.put("trainwatch.http.enabled", "false");
        if (brief) {
            // Its jobs end before the usual window is full, and it is to try a cancel too.
            properties.put("trainwatch.policy.cpu-window", "1 of 1");
        }
        return properties;
    }

    private static Path writeWebhooks(Simulator simulator, Path folder) throws IOException {
        Path file = folder.resolve("webhooks.jsonl");
        Files.write(
                file,
                simulator.receiver().deliveries().stream()
                        .map(Delivery::bodyText)
                        .toList());
        return file;
    }
}
