package io.trainwatch.cli;

import io.trainwatch.JobsToWatch;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.settings.Settings;
import io.trainwatch.tenant.TenantSettings;
import io.trainwatch.watch.JobsSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description =
                "Watches jobs to their end and tells how they ended; with --train, starts trainings and watches these.",
        footerHeading = "%nExit codes:%n",
        footer = {
            "   0  all completed",
            "  10  some failed",
            "  11  some were cancelled",
            "  12  some have an unknown outcome: credentials refused, not found, vanished, not started",
            "  13  some were still running at --timeout",
            "   2  bad usage or configuration",
            "  70  a fault in Trainwatch, 75 the database cannot be reached now",
            " 130  ended by SIGINT, 143 by SIGTERM; the jobs go on, unless --cancel-on-interrupt is given",
            "Where several apply: 13 before 12 before 10 before 11."
        })
final class WatchCommand extends CliCommand {

    @Parameters(
            arity = "0..*",
            paramLabel = "[TENANT:]PROJECT/JOB",
            description = "The jobs; those of trainwatch.jobs where none is named.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "Stops watching after this time, for example 90s or 2h; the jobs go on.")
    private String timeout;

    @Option(
            names = "--cancel-on-interrupt",
            description = "SIGINT and SIGTERM cancel the jobs that are watched; else the jobs go on.")
    private boolean cancelOnInterrupt;

    @Option(names = "--no-progress", description = "Prints plain lines on a terminal, too.")
    private boolean plain;

    @Mixin
    private TrainOptions trainings;

    @Mixin
    private ConfigOption config;

    @Override
    protected int run() throws Exception {
        Optional<Duration> longest = Optional.ofNullable(timeout).map(CliCommand::duration);
        Settings settings = config.read(Map.of());
        List<TrainingRequest> wanted = trainings.requests(settings);
        List<JobKey> jobs = jobs(settings, wanted.isEmpty());
        PrintWriter out = out();
        Warmup.awaitLogging();
        Progress progress = Progress.on(out, names(jobs, wanted), plain);
        try (Service service = Service.of(settings, config)
                .watching(new JobsToWatch(jobs, "command", true))
                .start()) {
            List<Long> orders = trainings.order(service.beans(), wanted, err());
            Watching watching = new Watching(service.beans(), jobs, orders, progress);
            watching.begin();
            if (cancelOnInterrupt) {
                service.onInterrupt(new CancelOnInterrupt(
                        service.beans(), new Watching(service.beans(), jobs, orders, Progress.silent()), err()));
            }
            boolean ended = watching.untilEnd(longest);
            List<String> undelivered = ended ? watching.drain(settings.get(TrainwatchSettings.WATCH_DRAIN)) : List.of();
            progress.close();
            watching.printSummary(out, undelivered);
            watching.told();
            return watching.exitCode();
        } finally {
            progress.close();
        }
    }

    private static List<String> names(List<JobKey> jobs, List<TrainingRequest> wanted) {
        return Stream.concat(
                        jobs.stream().map(JobKey::toString), wanted.stream().map(TrainingRequest::label))
                .toList();
    }

    /** @param orThoseOfSettings whether the jobs of the settings are meant where none is named */
    private List<JobKey> jobs(Settings settings, boolean orThoseOfSettings) {
        Set<JobKey> jobs = new LinkedHashSet<>();
        String only = settings.get(TenantSettings.TENANTS).size() == 1
                ? settings.get(TenantSettings.TENANTS).keySet().iterator().next()
                : null;
        for (String name : names) {
            try {
                jobs.add(JobKey.parse(name, only));
            } catch (IllegalArgumentException e) {
                throw new UsageException("Not a job: " + e.getMessage() + ".");
            }
        }
        if (names.isEmpty() && orThoseOfSettings) {
            jobs.addAll(settings.get(JobsSettings.JOBS));
        }
        if (jobs.isEmpty() && orThoseOfSettings) {
            throw new UsageException("Name a job, [TENANT:]PROJECT/JOB, or a flow to --train, or set trainwatch.jobs.");
        }
        for (JobKey job : jobs) {
            if (!settings.get(TenantSettings.TENANTS).containsKey(job.tenant())) {
                throw new UsageException("Job " + job + " names the tenant '" + job.tenant()
                        + "', which is not configured; configured: "
                        + String.join(", ", settings.get(TenantSettings.TENANTS).keySet()) + ".");
            }
        }
        return List.copyOf(jobs);
    }

    /**
     * Cancels what a command watches because the command is interrupted. Runs while the process ends, so it takes a few
     * seconds at most: what could not be sent by then is in the store, and the next process that watches the job sends it.
     */
    static final class CancelOnInterrupt implements Runnable {

        /** Whoever interrupts a build usually kills it some ten seconds later. */
        private static final Duration LONGEST = Duration.ofSeconds(7);

        private static final Duration LONGEST_DRAIN = Duration.ofSeconds(2);
        private static final Duration LOOK_EVERY = Duration.ofMillis(50);

        private final TrainwatchBeans beans;
        private final Watching watching;
        private final PrintWriter err;

        /** @param watching what is watched; not used by anyone else */
        CancelOnInterrupt(TrainwatchBeans beans, Watching watching, PrintWriter err) {
            this.beans = beans;
            this.watching = watching;
            this.err = err;
        }

        @Override
        public void run() {
            beans.trainings().drain();
            try {
                Set<String> ordered = new HashSet<>();
                long start = System.nanoTime();
                boolean sent = false;
                while (!sent && System.nanoTime() - start < LONGEST.toNanos()) {
                    // Again and again, since a training that is being started becomes a job meanwhile.
                    List<String> running = running();
                    List<String> more = beans.watch()
                            .orderedCancels()
                            .cancel(running, "interrupt", "the watch was interrupted with --cancel-on-interrupt");
                    more.forEach(job -> say(job + ": being cancelled, since its watch was interrupted"));
                    ordered.addAll(running);
                    sent = isSent(ordered) && !watching.isStarting();
                    Thread.sleep(LOOK_EVERY.toMillis());
                }
                watching.drain(LONGEST_DRAIN);
                if (!sent) {
                    say(
                            "Not every cancel was answered in time. The order is in the store: watch the job again to have it"
                                    + " carried out.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private List<String> running() {
            return watching.look().stream()
                    .filter(row -> row.job() != null && !row.outcome().isEnd())
                    .map(Watching.Row::id)
                    .toList();
        }

        private boolean isSent(Set<String> jobs) {
            Set<String> open = watching.look().stream()
                    .filter(row -> row.job() != null
                            && !row.outcome().isEnd()
                            && row.job().cancelAttempts() == 0)
                    .map(Watching.Row::id)
                    .collect(Collectors.toSet());
            return jobs.stream().noneMatch(open::contains);
        }

        private void say(String line) {
            err.println(line);
            err.flush();
        }
    }
}
