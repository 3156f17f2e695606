package io.trainwatch;

import io.trainwatch.cli.TrainwatchCommand;

/** Starts Trainwatch; the commands are in {@link io.trainwatch.cli}. */
public final class Trainwatch {

    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    private Trainwatch() {}

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // Under a name of its own, because a host that has the jar on its class path logs as it likes.
        if (System.getProperty(LOG_CONFIGURATION) == null) {
            System.setProperty(LOG_CONFIGURATION, "trainwatch-logback.xml");
        }
        int exitCode = TrainwatchCommand.execute(arguments);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}
