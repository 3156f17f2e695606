package io.trainwatch.cli;

import io.trainwatch.settings.Quantities;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command, with {@code --help} and {@code --version}; what it printed is out when it ends. */
@Command(mixinStandardHelpOptions = true)
public abstract class CliCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() throws Exception {
        try {
            return run();
        } finally {
            out().flush();
            err().flush();
        }
    }

    /** Returns what to exit with, see {@link ExitCode}. */
    protected abstract int run() throws Exception;

    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    protected final CommandSpec spec() {
        return spec;
    }

    /** A duration on the command line, written as in the settings. */
    protected static Duration duration(String text) {
        try {
            return Quantities.parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + text + "' is not a duration: write a number and a unit, such as 90s or 2h.");
        }
    }

    /** One that does nothing itself, and has other commands below it. */
    @Command(mixinStandardHelpOptions = true)
    abstract static class Group implements Runnable {

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            String names = String.join(", ", spec.subcommands().keySet()).replaceFirst(", ([^,]*)$", " or $1");
            throw new ParameterException(spec.commandLine(), "Name a command: " + names + ".");
        }
    }
}
