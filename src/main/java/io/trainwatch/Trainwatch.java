package io.trainwatch;

import io.trainwatch.cli.TrainwatchCommand;

/** Starts Trainwatch; the commands are in {@link io.trainwatch.cli}. */
public final class Trainwatch {

    private Trainwatch() {}

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int exitCode = TrainwatchCommand.execute(arguments);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}
