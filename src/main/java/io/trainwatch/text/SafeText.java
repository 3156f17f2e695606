package io.trainwatch.text;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.stream.Collectors;

/**
 * Text of others, written so that it cannot pass for anything else where it is shown: what moves a cursor, ends a line,
 * turns the direction of the text or cannot be seen is written as backslash, u and its number in four hexadecimal digits.
 *
 * <p>That is every control character (C0, DEL and C1), format character (such as U+202E), line and paragraph separator
 * (U+2028, U+2029) and lone surrogate. In a JSON text the same notation means the same character.
 */
public final class SafeText {

    private SafeText() {}

    /** One line. */
    public static String of(String text) {
        return escaped(text, "");
    }

    /** One line of at most so many characters and an ellipsis. */
    public static String bounded(String text, int most) {
        String safe = of(text.length() <= most ? text : text.substring(0, most));
        return text.length() <= most && safe.length() <= most
                ? safe
                : safe.substring(0, Math.min(safe.length(), most)) + "…";
    }

    /** The text itself, or its first {@code most} characters and an ellipsis; no pair of surrogates is cut in two. */
    public static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }

    /** A JSON text; white space between its tokens stays as it is. */
    public static String ofJson(String json) {
        return escaped(json, "\t\r\n");
    }

    /** Several lines, each indented, so that none passes for a line of its own. */
    static String indented(String text) {
        return text.lines().map(line -> "  " + escaped(line, "\t")).collect(Collectors.joining(System.lineSeparator()));
    }

    /** Prints what is safe, and ends of lines and tabs; what else may not be shown is escaped. */
    public static PrintWriter printer(Writer out) {
        return new PrintWriter(new SafeWriter(out), true);
    }

    private static String escaped(String text, String kept) {
        int from = 0;
        while (from < text.length() && (isPlain(text.charAt(from)) || kept.indexOf(text.charAt(from)) >= 0)) {
            from++;
        }
        if (from == text.length()) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, from);
        text.substring(from).codePoints().forEach(point -> {
            if (isShown(point) || kept.indexOf(point) >= 0) {
                safe.appendCodePoint(point);
                return;
            }
            for (char unit : Character.toChars(point)) {
                safe.append("\\u").append(String.format("%04x", (int) unit));
            }
        });
        return safe.toString();
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f;
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    private static final class SafeWriter extends FilterWriter {

        private static final String KEPT = "\n\t" + System.lineSeparator();

        SafeWriter(Writer out) {
            super(out);
        }

        @Override
        public void write(int c) throws IOException {
            // The other half of the character follows.
            out.write(Character.isSurrogate((char) c) ? String.valueOf((char) c) : escaped("" + (char) c, KEPT));
        }

        @Override
        public void write(char[] text, int from, int length) throws IOException {
            out.write(escaped(new String(text, from, length), KEPT));
        }

        @Override
        public void write(String text, int from, int length) throws IOException {
            out.write(escaped(text.substring(from, from + length), KEPT));
        }
    }
}
