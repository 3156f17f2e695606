package io.trainwatch.demo;

import io.trainwatch.cli.CliCommand;
import io.trainwatch.cli.ExitCode;
import io.trainwatch.cli.UsageException;
import io.trainwatch.demo.noise.NoiseTable;
import io.trainwatch.demo.noise.NoiseTrial;
import io.trainwatch.demo.noise.NoiseTrial.Result;
import io.trainwatch.demo.noise.StagnationTrial;
import io.trainwatch.errors.Words;
import io.trainwatch.rules.StagnationRule;
import io.trainwatch.rules.Window;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "noise",
        description =
                "Measures on simulated jobs, or on those of a file, how many healthy ones each window would cancel and"
                        + " how soon it finds the others; on simulated ones the same of the rule of stagnation. Takes some"
                        + " minutes.")
final class PolicyNoiseCommand extends CliCommand {

    private static final Duration MAX_STAGNATION = Duration.ofMinutes(5);

    @Option(names = "--traces", description = "Jobs of each kind; ${DEFAULT-VALUE} by default.", defaultValue = "10000")
    private int jobs;

    @Option(
            names = "--seed",
            description = "The same seed gives the same jobs; ${DEFAULT-VALUE} by default.",
            defaultValue = "" + NoiseTrial.SEED)
    private long seed;

    @Option(
            names = "--window",
            description = "A window to measure, such as '4 of 5'; may be given several times. By default the"
                    + " two that policies use where they say nothing.")
    private List<String> windows;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "Own traces in place of simulated ones: a job a line, its percentages 15 s apart, separated by"
                            + " commas; nothing between two commas is a reading that is missing.")
    private Path file;

    @Option(
            names = "--limit",
            description = "With --file, the percentage to keep; ${DEFAULT-VALUE} by default.",
            defaultValue = "95")
    private double limit;

    @Override
    protected int run() {
        if (jobs < 3 || jobs > 10_000_000) {
            throw new UsageException("--traces must be 3 to 10000000, not " + jobs);
        }
        PrintWriter out = out();
        if (file == null) {
            simulate(out);
        } else {
            judgeFile(out);
        }
        return ExitCode.OK;
    }

    private void simulate(PrintWriter out) {
        List<Window> measured = windows();
        out.println(NoiseTable.heading(jobs, seed));
        boolean wasHealthy = true;
        out.print(NoiseTable.headingOfHealthy());
        for (String kind : NoiseTrial.kinds()) {
            List<Result> results = NoiseTrial.run(kind, measured, jobs, seed);
            if (wasHealthy && !results.get(0).isHealthy()) {
                wasHealthy = false;
                out.print(NoiseTable.headingOfBreaching());
            }
            out.print(NoiseTable.of(results));
            out.flush();
        }
        out.print(NoiseTable.headingOfStagnation());
        StagnationRule rule = new StagnationRule(null, null, MAX_STAGNATION, 0, false);
        for (StagnationTrial.Kind kind : StagnationTrial.KINDS) {
            out.print(NoiseTable.of(StagnationTrial.run(rule, kind, jobs, seed)));
            out.flush();
        }
    }

    private void judgeFile(PrintWriter out) {
        List<Window> measured = windows();
        int[] found = new int[measured.size()];
        int line = 0;
        for (String trace : lines()) {
            line++;
            int[] decided = NoiseTrial.decidedAt(measured, limit, readings(trace, line));
            for (int i = 0; i < decided.length; i++) {
                if (decided[i] >= 0) {
                    found[i]++;
                    out.println("job " + line + ": " + measured.get(i) + " decides at reading " + (decided[i] + 1));
                }
            }
        }
        for (int i = 0; i < found.length; i++) {
            out.println(measured.get(i) + ": " + found[i] + " of " + line + " jobs");
        }
    }

    private List<Window> windows() {
        try {
            return windows == null
                    ? NoiseTrial.WINDOWS
                    : windows.stream().map(Window::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new UsageException("A --window " + e.getMessage() + ".");
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file).stream()
                    .filter(trace -> !trace.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UsageException("The traces of " + file + " cannot be read: " + Words.why(e) + ".");
        }
    }

    private double[] readings(String trace, int line) {
        try {
            return Arrays.stream(trace.split(",", -1))
                    .mapToDouble(reading -> reading.isBlank() ? Double.NaN : Double.parseDouble(reading.strip()))
                    .toArray();
        } catch (NumberFormatException e) {
            throw new UsageException("Job " + line + " of " + file + " has a reading that is no number.");
        }
    }
}
