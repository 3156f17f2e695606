package io.trainwatch.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line. Exit codes are those of {@link ExitCode}. */
@Command(
        name = "trainwatch",
        description = "Watches Cognigy.AI model-training jobs, tells other systems what became of them, and stops those"
                + " that break a policy.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            WatchCommand.class,
            SimulateCommand.class,
            AuditCommand.class,
            CommandLine.HelpCommand.class
        })
public final class TrainwatchCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** Runs the command that the arguments name and returns its exit code. */
    public static int execute(String... arguments) {
        return new CommandLine(new TrainwatchCommand())
                .setExecutionExceptionHandler(TrainwatchCommand::explain)
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        Throwable cause = failure;
        while (cause.getCause() != null && !isOurs(cause)) {
            cause = cause.getCause();
        }
        err.println(isOurs(cause) ? cause.getMessage() : "Trainwatch stopped: " + cause);
        err.flush();
        return isOurs(cause) ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    /** Failures whose message is written for the user. */
    private static boolean isOurs(Throwable failure) {
        return failure instanceof io.trainwatch.settings.SettingsException
                || failure instanceof io.trainwatch.store.StoreUnavailable
                || failure instanceof UsageException;
    }
}
