package io.trainwatch.cli;

import io.trainwatch.TrainwatchBeans;
import io.trainwatch.api.HttpServer;
import io.trainwatch.api.HttpSettings;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "The service: watches until it is stopped. SIGTERM lets the looks under way end first.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private static final Duration LONGEST_AWAIT = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOption config;

    @Override
    public Integer call() throws Exception {
        Settings settings = config.read(Map.of());
        Warmup.awaitLogging();
        HttpSettings http = settings.get(HttpSettings.HTTP);
        // The server comes second: it would take the processor from the first look.
        try (Service service = Service.of(settings, config).start().awaitFirstLook(LONGEST_AWAIT);
                HttpServer server = http.enabled() ? listen(http, service.beans()) : null) {
            if (server != null) {
                spec.commandLine()
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
}
