package io.trainwatch.demo;

import io.trainwatch.cli.CliCommand;
import io.trainwatch.cli.ExitCode;
import io.trainwatch.cli.UsageException;
import io.trainwatch.demo.polling.PollingTrial;
import io.trainwatch.demo.polling.PollingTrial.Calibration;
import io.trainwatch.demo.polling.PollingTrial.Result;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "polling-trial",
        description =
                "Measures on simulated jobs what looks cost and how late they find the end: by a fixed interval, and"
                        + " more often near the end; and how often the expected end was true.")
final class PollingTrialCommand extends CliCommand {

    private static final int KINDS = 5;
    private static final int REAL_JOBS = 200;

    @Option(names = "--jobs", description = "Of all kinds; ${DEFAULT-VALUE} by default.", defaultValue = "3000")
    private int jobs;

    @Option(
            names = "--seed",
            description = "The same seed gives the same jobs; ${DEFAULT-VALUE} by default.",
            defaultValue = "" + PollingTrial.SEED)
    private long seed;

    @Option(
            names = "--mean",
            paramLabel = "SECONDS",
            description =
                    "How long the jobs take, in the mean. By default both 2040 and 812: jobs of 34 minutes, and those"
                            + " of which a fixed interval of 15 s asks 57 times.")
    private List<Integer> means;

    @Option(
            names = "--real-time",
            paramLabel = "TIMES",
            description = "Looks at " + REAL_JOBS
                    + " jobs on the machine's clock as well, so many times as fast as they are.")
    private Integer timesAsFast;

    @Override
    protected int run() throws InterruptedException {
        if (jobs < KINDS || jobs > 1_000_000) {
            throw new UsageException("--jobs must be " + KINDS + " to 1000000, not " + jobs);
        }
        PrintWriter out = out();
        for (int mean : means == null ? List.of(2040, 812) : means) {
            if (mean < 60 || mean > 86_400) {
                throw new UsageException("--mean must be 60 to 86400, not " + mean);
            }
            PollingTrial trial = new PollingTrial(Duration.ofSeconds(mean), jobs, seed);
            out.printf(
                    Locale.ROOT,
                    "Seed %d: %d jobs of %.1f minutes in the mean; delays in seconds.%n",
                    seed,
                    jobs,
                    mean / 60.0);
            for (int interval : List.of(15, 45)) {
                print(out, trial, Duration.ofSeconds(interval));
            }
            printCalibration(out, trial);
        }
        return ExitCode.OK;
    }

    private void print(PrintWriter out, PollingTrial trial, Duration interval) throws InterruptedException {
        List<Result> fixed = trial.run(interval, false);
        List<Result> near = trial.run(interval, true);
        printTable(out, "fixed " + interval.toSeconds() + " s", fixed);
        printTable(out, "near the end, " + interval.toSeconds() + " s", near);
        if (timesAsFast != null) {
            printTable(
                    out,
                    "the same with " + REAL_JOBS + " jobs in real time, " + timesAsFast + " times as fast",
                    trial.runInRealTime(interval, true, REAL_JOBS, timesAsFast));
        }
    }

    private static void printTable(PrintWriter out, String rule, List<Result> results) {
        out.printf("%n%-34s %12s %8s %8s %8s%n", rule, "requests", "mean", "p50", "p99");
        results.forEach(result -> out.printf(
                Locale.ROOT,
                "  %-32s %12.1f %8.2f %8.2f %8.2f%n",
                result.kind(),
                result.requests(),
                result.mean(),
                result.p50(),
                result.p99()));
        out.flush();
    }

    private static void printCalibration(PrintWriter out, PollingTrial trial) {
        out.printf(
                "%n%-34s %12s %14s %22s%n", "expected end, 15 s", "expectations", "range held", "error at half time");
        for (Calibration found : trial.calibrate(Duration.ofSeconds(15))) {
            out.printf(
                    Locale.ROOT,
                    "  %-32s %12d %12.1f %% %20.1f %%%n",
                    found.kind(),
                    found.expectations(),
                    100 * found.held(),
                    100 * found.medianError());
        }
        out.println();
    }
}
