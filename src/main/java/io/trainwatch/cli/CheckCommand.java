package io.trainwatch.cli;

import io.trainwatch.cli.check.Check;
import io.trainwatch.cli.check.Preflight;
import io.trainwatch.settings.Settings;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description =
                "Looks at all that is needed to watch: credentials, rights, projects, clocks, webhook targets, store,"
                        + " directories, policy files, port. Changes nothing and sends no event; takes 15 seconds at"
                        + " most. Exits with 0, or with 2 where something will not work.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Prints one JSON document instead of a table.")
    private boolean json;

    @Mixin
    private ConfigOption config;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        System.setProperty("trainwatch.log.level", "ERROR"); // what is wrong stands in the table
        Settings settings = config.read(Map.of());
        List<Check> checks = new ArrayList<>(List.of(Check.ok("settings", "files", config.describe())));
        try (Preflight preflight = Preflight.of(settings, Service.problemsOfRoutes(config), InstantSource.system())) {
            checks.addAll(preflight.all());
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? CheckTable.json(checks) : CheckTable.text(checks));
        out.flush();
        return checks.stream().anyMatch(check -> check.status() == Check.Status.PROBLEM) ? ExitCode.USAGE : ExitCode.OK;
    }
}
