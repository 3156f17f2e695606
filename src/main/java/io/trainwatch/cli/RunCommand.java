package io.trainwatch.cli;

import io.trainwatch.operate.HttpServer;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Settings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "The service: watches until it is stopped. SIGTERM lets the looks under way end first.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOption config;

    @Override
    public Integer call() throws Exception {
        Settings settings = config.read(Map.of());
        Settings.Http http = settings.http();
        if (!http.enabled()) {
            return Service.of(settings, config).run();
        }
        try (HttpServer server =
                HttpServer.start(http.host(), http.port(), http.token().map(Secret::reveal))) {
            spec.commandLine().getErr().println("The API is at " + server.address() + "/statistics, /jobs, /health");
            return Service.of(settings, config).run();
        }
    }
}
