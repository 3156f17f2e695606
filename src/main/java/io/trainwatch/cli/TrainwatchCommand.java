package io.trainwatch.cli;

import io.trainwatch.errors.Words;
import io.trainwatch.store.StoreUnavailable;
import io.trainwatch.text.SafeText;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line. Exit codes are those of {@link ExitCode}. */
@Command(
        name = "trainwatch",
        description = "Watches Cognigy.AI model-training jobs, tells other systems what became of them, and stops those"
                + " that break a policy.",
        mixinStandardHelpOptions = true,
        footer = "%nThe script bin/trainwatch has one command more, prepare: it makes every start shorter.",
        versionProvider = TrainwatchCommand.Version.class)
public final class TrainwatchCommand implements Runnable {

    /** The commands that look at jobs. */
    private static final Map<String, Class<?>> WATCHING = Map.of("run", RunCommand.class, "watch", WatchCommand.class);

    @Spec
    private CommandSpec spec;

    /** Runs the command that the arguments name and returns its exit code. */
    public static int execute(String... arguments) {
        return commandLine(arguments).execute(arguments);
    }

    /** What runs the arguments. */
    static CommandLine commandLine(String... arguments) {
        CommandLine line = new CommandLine(new TrainwatchCommand());
        Class<?> watching = arguments.length == 0 ? null : WATCHING.get(arguments[0]);
        if (watching != null) {
            // Reading the annotations of a command takes some 20 ms, which a look at a job need not wait for.
            Warmup.begin();
            line.addSubcommand(arguments[0], watching);
        } else {
            addAll(line);
        }
        line.registerConverter(Path.class, TrainwatchCommand::path);
        // Colours are made of what no text of others may hold.
        return line.setExecutionExceptionHandler(TrainwatchCommand::explain)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(SafeText.printer(line.getOut()))
                .setErr(SafeText.printer(line.getErr()));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CommandLine.TypeConversionException(inWords(e).orElseThrow());
        }
    }

    /** Adds every command. */
    static CommandLine addAll(CommandLine line) {
        line.addSubcommand(new RunCommand())
                .addSubcommand(new WatchCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new StatusCommand())
                .addSubcommand(new JobsCommand())
                .addSubcommand(new AuditCommand())
                .addSubcommand(new ExplainCommand())
                .addSubcommand(new PolicyCommand())
                .addSubcommand(new WebhookCommand());
        ServiceLoader.load(MoreCommands.class, TrainwatchCommand.class.getClassLoader())
                .forEach(more -> more.addTo(line));
        return line.addSubcommand(new Completion()).addSubcommand(new CommandLine.HelpCommand());
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        Throwable cause = failure;
        while (cause.getCause() != null && inWords(cause).isEmpty()) {
            cause = cause.getCause();
        }
        Optional<String> told = inWords(cause);
        err.println(told.orElse("Trainwatch stopped. " + Words.ofFault(cause)));
        err.flush();
        if (cause instanceof StoreUnavailable store && store.mayBeReachedLater()) {
            return ExitCode.LATER;
        }
        return told.isPresent() ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    /** What the user can do something about; empty for a fault in Trainwatch. */
    private static Optional<String> inWords(Throwable failure) {
        if (isOurs(failure)) {
            return Optional.of(failure.getMessage());
        }
        if (failure instanceof InvalidPathException name) {
            return Optional.of("A name of a file cannot be used: " + name.getReason()
                    + ". Where it is not ASCII, run with LC_ALL=C.UTF-8 or another locale in UTF-8.");
        }
        return failure instanceof FileSystemException
                ? Optional.of("A file or folder cannot be used: " + Words.why(failure)
                        + ". Give another one, or have this one made so that this user may use it.")
                : Optional.empty();
    }

    /** Failures whose message is written for the user. */
    private static boolean isOurs(Throwable failure) {
        return failure instanceof io.trainwatch.settings.SettingsException
                || failure instanceof StoreUnavailable
                || failure instanceof io.trainwatch.optional.history.HistoryUnreadable
                || failure instanceof io.trainwatch.audit.AuditFault
                || failure instanceof UsageException;
    }

    @Command(
            name = "completion",
            description = "Prints what has bash and zsh complete commands and options. For this shell:"
                    + " source <(trainwatch completion)")
    static final class Completion extends CliCommand {

        @Override
        protected int run() {
            out().print(AutoComplete.bash("trainwatch", spec().parent().commandLine()));
            return ExitCode.OK;
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"trainwatch " + (version == null ? "(not packaged)" : version)};
        }
    }
}
