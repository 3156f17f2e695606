package io.trainwatch.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "run",
        description = "The service: watches until it is stopped. SIGTERM lets the looks under way end first.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config;

    @Override
    public Integer call() throws Exception {
        return Service.of(config.read(Map.of()), config).run();
    }
}
