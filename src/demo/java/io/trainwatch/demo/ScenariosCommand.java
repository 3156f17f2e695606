package io.trainwatch.demo;

import io.trainwatch.cli.CliCommand;
import io.trainwatch.cli.ExitCode;
import io.trainwatch.cli.UsageException;
import io.trainwatch.demo.scenarios.ScenarioTable;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "scenarios",
        description =
                "Runs watch --train in every situation in which other tools fail, against a simulated tenant on this"
                        + " machine, and prints what came of each; takes some minutes. Exit: 0 all as expected, 1 not.")
final class ScenariosCommand extends CliCommand {

    @Option(names = "--brief", description = "Only some that are over within seconds.")
    private boolean brief;

    @Option(names = "--only", paramLabel = "TEXT", description = "Those whose name contains this.", defaultValue = "")
    private String only;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "So many at the same time; ${DEFAULT-VALUE} by default.",
            defaultValue = "4")
    private int atOnce;

    @Option(
            names = "--directory",
            description = "Where the commands' stores, audits and output go; a new temporary folder by default.")
    private Path directory;

    @Override
    protected int run() throws Exception {
        if (atOnce < 1) {
            throw new UsageException("--at-once must be at least 1.");
        }
        List<String> known = ScenarioTable.names(brief);
        if (known.stream().noneMatch(name -> name.contains(only))) {
            throw new UsageException(String.format(
                    "There is no scenario%s whose name contains '%s'; there are:%n  %s",
                    brief ? " of --brief" : "", only, String.join(String.format("%n  "), known)));
        }
        Path folder = WorkFolder.of(directory, "trainwatch-scenarios-").toAbsolutePath();
        return new ScenarioTable(out(), folder, atOnce).print(brief, only) ? ExitCode.OK : ExitCode.NOT_AS_EXPECTED;
    }
}
