package io.trainwatch.rules;

import io.trainwatch.rules.YamlDocument.Place;
import io.trainwatch.text.SafeText;
import java.util.List;
import java.util.stream.Collectors;

/** A policy that cannot be used; its message has all that is wrong with it, in one line. */
public final class InvalidPolicy extends IllegalArgumentException {

    private static final int MAX_SHOWN = 20;

    private final transient List<Problem> problems;

    InvalidPolicy(List<Problem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    InvalidPolicy(Problem problem) {
        this(List.of(problem));
    }

    /** In the order of the file; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(List<Problem> problems) {
        String shown = problems.stream()
                .limit(MAX_SHOWN)
                .map(Problem::toString)
                .collect(Collectors.joining("; "))
                .replace(".; ", "; "); // some are sentences
        int more = problems.size() - MAX_SHOWN;
        return more > 0 ? shown + "; and " + more + " more" : shown;
    }

    /**
     * One thing that is wrong with a policy.
     *
     * @param line from 1; 0 where the policy is no file
     * @param column from 1; 0 where the policy is no file
     * @param path what it is about, such as {@code rules[1].above}; empty for the whole
     * @param what what is wrong, with what is allowed
     */
    public record Problem(int line, int column, String path, String what) {

        private static final int MAX_CHARACTERS = 60;

        static Problem at(Place place, String path, String what) {
            return new Problem(place.line(), place.column(), path, what);
        }

        /** One line: {@code line 7, column 12: rules[1].above: …}. */
        @Override
        public String toString() {
            String place = line == 0 ? "" : "line " + line + ", column " + column + ": ";
            return SafeText.of(place + (path.isEmpty() ? "" : path + ": ") + what);
        }

        /** The text in quotes, cut where it is long: whatever stands in a file may come into a log. */
        static String quoted(String text) {
            return "'" + SafeText.bounded(text, MAX_CHARACTERS) + "'";
        }
    }
}
