package io.trainwatch.cli;

import io.trainwatch.TrainwatchBeans;
import io.trainwatch.api.HttpServer;
import io.trainwatch.api.HttpSettings;
import io.trainwatch.cli.check.Check;
import io.trainwatch.cli.check.Preflight;
import io.trainwatch.errors.Words;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "run",
        description = "The service: watches until it is stopped. SIGTERM lets the looks under way end first.")
final class RunCommand extends CliCommand {

    private static final Duration LONGEST_AWAIT = Duration.ofSeconds(1);

    @Mixin
    private ConfigOption config;

    @Override
    protected int run() throws Exception {
        Settings settings = config.read(Map.of());
        Warmup.awaitLogging();
        HttpSettings http = settings.get(HttpSettings.HTTP);
        // The server comes second: it would take the processor from the first look.
        try (Service service = Service.of(settings, config).start().awaitFirstLook(LONGEST_AWAIT);
                HttpServer server = http.enabled() ? listen(http, service.beans()) : null) {
            if (server != null) {
                spec().commandLine()
                        .getErr()
                        .println("The API is at "
                                + server.resources().stream().map(URI::toString).collect(Collectors.joining(", "))
                                + ", the page at " + server.page());
            }
            StartupChecks.begin(service.beans());
            service.awaitStop();
        }
        return ExitCode.OK;
    }

    private static HttpServer listen(HttpSettings http, TrainwatchBeans beans) {
        try {
            return HttpServer.start(new HttpServer.Options(
                    http.host(),
                    http.port(),
                    http.token().map(Secret::reveal),
                    http.readToken().map(Secret::reveal),
                    beans.observed()));
        } catch (IllegalStateException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** The checks of a service that runs already: logs what is not right, and delays nothing. */
    static final class StartupChecks {

        private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.check");

        private StartupChecks() {}

        /** Begins, and returns at once. */
        static void begin(TrainwatchBeans beans) {
            Thread thread = new Thread(() -> check(beans), "trainwatch-checks");
            thread.setDaemon(true);
            thread.start();
        }

        private static void check(TrainwatchBeans beans) {
            try (Preflight preflight = Preflight.beside(beans.settings(), beans.tenants(), InstantSource.system())) {
                for (Check check : preflight.outside()) {
                    if (check.status() == Check.Status.PROBLEM || check.status() == Check.Status.WARNING) {
                        LOG.warn(
                                "{}, {}: {}. {}",
                                check.subject(),
                                check.what(),
                                check.finding(),
                                check.remedy() == null ? "" : check.remedy());
                    }
                }
            } catch (RuntimeException e) {
                LOG.warn("The checks at the start failed: {}. The service runs without them.", Words.of(e));
            }
        }
    }
}
