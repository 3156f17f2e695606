package io.trainwatch.errors;

/** Text of others, made fit for one line of a log, a message or a terminal. */
public final class SafeText {

    /** Controls, line and paragraph separators, and what turns the direction of writing. */
    private static final String HARMFUL = "[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029\\p{Cf}]";

    private SafeText() {}

    /** The text with a space in place of each harmful character, and cut behind so many. */
    public static String line(String text, int longest) {
        String line = text.replaceAll(HARMFUL, " ").strip();
        return line.length() <= longest ? line : line.substring(0, longest) + "…";
    }
}
