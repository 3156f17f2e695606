package io.trainwatch.settings;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. Holds every problem that was found; the message has one line for each. */
public final class SettingsException extends RuntimeException {

    private final List<Problem> problems;

    /** @param problems at least one */
    public SettingsException(List<Problem> problems) {
        super(problems.stream().map(Problem::line).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong with files and names of keys comes first, then what is wrong with values. */
    public List<Problem> problems() {
        return problems;
    }
}
