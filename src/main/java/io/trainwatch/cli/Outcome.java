package io.trainwatch.cli;

import io.trainwatch.job.TrainingState;

/** How a job stands for a command that watches it, in the order in which exit codes go before each other. */
public enum Outcome {
    COMPLETED(ExitCode.OK),
    CANCELLED(ExitCode.SOME_CANCELLED),
    FAILED(ExitCode.SOME_FAILED),
    UNKNOWN(ExitCode.SOME_UNKNOWN),
    RUNNING(ExitCode.SOME_RUNNING);

    private final int exitCode;

    Outcome(int exitCode) {
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /** Whether the tenant said how it ended. */
    boolean isEnd() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    static Outcome of(TrainingState ended) {
        return switch (ended) {
            case COMPLETED -> COMPLETED;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
            case QUEUED, RUNNING -> throw new IllegalArgumentException(ended + " is no end");
        };
    }
}
