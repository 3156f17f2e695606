package io.trainwatch.rules;

import io.trainwatch.text.SafeText;

/**
 * One thing that is wrong with a policy.
 *
 * @param line from 1; 0 where the policy is no file
 * @param column from 1; 0 where the policy is no file
 * @param path what it is about, such as {@code rules[1].above}; empty for the whole
 * @param what what is wrong, with what is allowed
 */
public record PolicyProblem(int line, int column, String path, String what) {

    private static final int MAX_CHARACTERS = 60;

    static PolicyProblem at(Place place, String path, String what) {
        return new PolicyProblem(place.line(), place.column(), path, what);
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
