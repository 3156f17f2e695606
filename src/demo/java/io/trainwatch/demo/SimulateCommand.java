package io.trainwatch.demo;

import io.trainwatch.cli.CliCommand;
import io.trainwatch.cli.ExitCode;
import io.trainwatch.cli.UsageException;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantApi;
import io.trainwatch.tenant.ApiName;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "simulate",
        description = "A simulated tenant and webhook receiver on this machine, for trying policies and webhooks."
                + " Prints the properties that point Trainwatch at them, and runs until it is stopped.")
final class SimulateCommand extends CliCommand {

    private static final int HIGHEST_PORT = 65_535;

    @Option(names = "--port", description = "The tenant's port; any free one by default.", defaultValue = "0")
    private int port;

    @Option(names = "--webhook-port", description = "The receiver's port; any free one by default.", defaultValue = "0")
    private int webhookPort;

    @Option(names = "--seed", description = "The same seed gives the same jobs.", defaultValue = "42")
    private long seed;

    @Option(
            names = "--jobs",
            description = "So many jobs that run for an hour, instead of those of the demo; as many tasks.")
    private Integer jobs;

    @Option(
            names = "--api",
            split = ",",
            description = "The APIs to print properties for: ${COMPLETION-CANDIDATES}, or both with a comma;"
                    + " ${DEFAULT-VALUE} by default. The tenant speaks both.",
            defaultValue = "training",
            converter = ApiName.class,
            completionCandidates = ApiName.class)
    private Set<TenantApi> apis;

    @Option(names = "--oauth", description = "Use the tasks API with OAuth rather than with its API key.")
    private boolean oauth;

    @Option(
            names = "--prometheus",
            description =
                    "With the tasks API: print properties too that have CPU, memory and GPU memory told by a simulated"
                            + " Prometheus. One task in five uses too much CPU.")
    private boolean prometheus;

    @Override
    protected int run() throws Exception {
        checkPort("--port", port);
        checkPort("--webhook-port", webhookPort);
        if (jobs != null && jobs < 1) {
            throw new UsageException("--jobs must be at least 1; without it there are those of the demo.");
        }
        PrintWriter out = out();
        SimulatorOptions options = SimulatorOptions.demo(seed).ports(port, webhookPort);
        if (jobs != null) {
            options = longRunning(options, jobs);
        }
        try (Simulator simulator = start(options)) {
            out.println("# A simulated tenant and webhook receiver; stop them with Ctrl-C.");
            simulator.properties(apis, oauth).forEach((key, value) -> out.println(key + " = " + value));
            if (prometheus && apis.contains(TenantApi.TASKS)) {
                simulator.prometheusProperties(apis).forEach((key, value) -> out.println(key + " = " + value));
            }
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
            stopped.await();
        }
        return ExitCode.OK;
    }

    /** Jobs and tasks that run for an hour and break no policy: for measuring how a schedule is kept. */
    private static SimulatorOptions longRunning(SimulatorOptions options, int count) {
        Duration hour = Duration.ofHours(1);
        return options.jobs(IntStream.range(0, count)
                        .mapToObj(i -> JobScript.of("load", String.format("job-%05d", i), Ending.COMPLETES)
                                .running(hour))
                        .toList())
                .tasks(IntStream.range(0, count)
                        .mapToObj(i -> TaskScript.of("load", String.format("task-%05d", i), Ending.COMPLETES)
                                .running(hour))
                        .toList());
    }

    private static void checkPort(String option, int value) {
        if (value < 0 || value > HIGHEST_PORT) {
            throw new UsageException(
                    option + " is a number from 1 to " + HIGHEST_PORT + ", or 0 for any port that is free.");
        }
    }

    private static Simulator start(SimulatorOptions options) {
        try {
            return Simulator.start(options);
        } catch (UncheckedIOException e) {
            throw new UsageException("The " + e.getMessage()
                    + ", where something else listens, or which this user may not use. Give --port and --webhook-port"
                    + " others that are free, or leave them out for any.");
        }
    }

    /** An API in lower case, as configuration spells it. */
    static final class ApiName implements ITypeConverter<TenantApi>, Iterable<String> {

        @Override
        public TenantApi convert(String value) {
            return Arrays.stream(TenantApi.values())
                    .filter(api -> api.name().equalsIgnoreCase(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("there is no API " + value + ", but " + names()));
        }

        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }

        private static List<String> names() {
            return Arrays.stream(TenantApi.values())
                    .map(api -> api.name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }
}
