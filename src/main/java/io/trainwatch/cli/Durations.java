package io.trainwatch.cli;

import io.trainwatch.settings.Quantities;
import java.time.Duration;

/** Durations on the command line, written as in the settings. */
public final class Durations {

    private Durations() {}

    public static Duration parse(String text) {
        try {
            return Quantities.parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + text + "' is not a duration: write a number and a unit, such as 90s or 2h.");
        }
    }
}
