package io.trainwatch.cli;

import io.trainwatch.simulator.Simulator;
import io.trainwatch.simulator.SimulatorOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        description = "A simulated tenant and webhook receiver on this machine, for trying policies and webhooks."
                + " Prints the properties that point Trainwatch at them, and runs until it is stopped.",
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

    @Option(names = "--port", description = "The tenant's port; any free one by default.", defaultValue = "0")
    private int port;

    @Option(names = "--webhook-port", description = "The receiver's port; any free one by default.", defaultValue = "0")
    private int webhookPort;

    @Option(names = "--seed", description = "The same seed gives the same jobs.", defaultValue = "42")
    private long seed;

    @Option(
            names = "--jobs",
            description = "So many jobs that run for an hour, instead of those of the demo.",
            defaultValue = "0")
    private int jobs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        SimulatorOptions options = SimulatorOptions.demo(seed).ports(port, webhookPort);
        if (jobs > 0) {
            options = options.jobs(LongRunningJobs.scripts(jobs));
        }
        try (Simulator simulator = Simulator.start(options)) {
            out.println("# A simulated tenant and webhook receiver; stop them with Ctrl-C.");
            simulator.properties().forEach((key, value) -> out.println(key + " = " + value));
            out.flush();
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
            stopped.await();
        }
        return ExitCode.OK;
    }
}
