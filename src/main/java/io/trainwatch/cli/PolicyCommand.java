package io.trainwatch.cli;

import io.trainwatch.verdict.NoiseTable;
import io.trainwatch.verdict.NoiseTrial;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "policy",
        description = "Tries policies.",
        mixinStandardHelpOptions = true,
        subcommands = {
            PolicyCheckCommand.class,
            PolicyTestCommand.class,
            PolicyExportCommand.class,
            PolicySimulateCommand.class,
            PolicyCommand.Noise.class
        })
final class PolicyCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: check, test, export, simulate or noise.");
    }

    @Command(
            name = "noise",
            description =
                    "Measures on simulated jobs with noisy CPU usage how many healthy ones each window would cancel,"
                            + " and how soon it finds those whose mean steps over the limit.",
            mixinStandardHelpOptions = true)
    static final class Noise implements Callable<Integer> {

        @Option(
                names = "--traces",
                description = "Jobs of each kind; ${DEFAULT-VALUE} by default.",
                defaultValue = "100000")
        private int traces;

        @Option(
                names = "--seed",
                description = "The same seed gives the same jobs; ${DEFAULT-VALUE} by default.",
                defaultValue = "" + NoiseTrial.SEED)
        private long seed;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (traces < 3 || traces > 10_000_000) {
                throw new UsageException("--traces must be 3 to 10000000, not " + traces);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(NoiseTable.heading(traces, seed));
            out.flush();
            out.print(NoiseTable.of(NoiseTrial.run(NoiseTrial.WINDOWS, traces, seed)));
            out.flush();
            return ExitCode.OK;
        }
    }
}
