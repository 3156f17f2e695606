package io.trainwatch.demo;

import io.trainwatch.cli.CliCommand;
import io.trainwatch.cli.ExitCode;
import io.trainwatch.cli.JsonLines;
import io.trainwatch.cli.UsageException;
import io.trainwatch.demo.noise.SimulatedHistory;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.StagnationRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "simulate",
        description =
                "Writes the history of simulated jobs as policy export writes that of real ones, to try policies on:"
                        + " noisy CPU and memory, a loss that falls; one job in 20 comes to use too much CPU, one in 40 stands still."
                        + " They were judged by rules of 92 %% CPU, 90 %% memory and five minutes of standstill, with the"
                        + " window cusum.")
final class PolicySimulateCommand extends CliCommand {

    @Parameters(paramLabel = "FILE", description = "Where to; compressed where it ends with .gz.")
    private Path file;

    @Option(names = "--looks", description = "Looks in all; ${DEFAULT-VALUE} by default.", defaultValue = "1000000")
    private long looks;

    @Option(
            names = "--looks-per-job",
            description = "Looks at a job that is left alone; ${DEFAULT-VALUE} by default.",
            defaultValue = "500")
    private int looksOfAJob;

    @Option(
            names = "--seed",
            description = "The same seed gives the same jobs; ${DEFAULT-VALUE} by default.",
            defaultValue = "1")
    private long seed;

    @Override
    protected int run() {
        if (looks < 1 || looksOfAJob < 2) {
            throw new UsageException("--looks must be 1 or more, and --looks-per-job 2 or more.");
        }
        Policy rules = new Policy(
                true,
                null,
                List.of(
                        new CpuRule(null, null, 92, null),
                        new MemoryRule(null, null, 90, null),
                        new StagnationRule(null, null, Duration.ofMinutes(5), 0)));
        JsonLines.write(file, out -> {
            new SimulatedHistory(rules, seed).write(looks, looksOfAJob, out);
            return looks;
        });
        err().println(looks + " looks were written to " + file + ".");
        return ExitCode.OK;
    }
}
