package io.trainwatch.cli;

import picocli.CommandLine;

/** Commands of another jar, which names its class for {@link java.util.ServiceLoader}. */
public interface MoreCommands {

    /** Adds them, after those of this jar. */
    void addTo(CommandLine line);
}
