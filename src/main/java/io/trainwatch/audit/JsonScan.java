package io.trainwatch.audit;

/**
 * Finds the end of a JSON value in bytes, and checks its grammar on the way (RFC 8259). Makes no objects, so that a
 * million lines take seconds. All methods give -1 where the grammar is broken.
 */
final class JsonScan {

    private static final int DEEPEST = 64;

    private JsonScan() {}

    /** Where the object that starts here ends, exclusive. */
    static int object(byte[] json, int from, int to) {
        return from < to && json[from] == '{' ? value(json, from, to, 0) : -1;
    }

    /** Where the text ends whose first character is here: at its closing quote. */
    static int text(byte[] json, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = json[i];
            if (b == '"') {
                return i;
            }
            if (b == '\\') {
                i = escape(json, i + 1, to);
                if (i < 0) {
                    return -1;
                }
            } else if (b >= 0 && b < ' ') {
                return -1;
            }
        }
        return -1;
    }

    /** The last byte of the escape whose letter is here. */
    private static int escape(byte[] json, int at, int to) {
        if (at >= to) {
            return -1;
        }
        switch (json[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return at;
            case 'u':
                for (int i = at + 1; i <= at + 4; i++) {
                    if (i >= to || Character.digit(json[i], 16) < 0) {
                        return -1;
                    }
                }
                return at + 4;
            default:
                return -1;
        }
    }

    private static int value(byte[] json, int from, int to, int depth) {
        if (from >= to || depth > DEEPEST) {
            return -1;
        }
        return switch (json[from]) {
            case '{' -> members(json, from + 1, to, depth, true);
            case '[' -> members(json, from + 1, to, depth, false);
            case '"' -> quoted(json, from, to);
            case 't' -> word(json, from, to, "true");
            case 'f' -> word(json, from, to, "false");
            case 'n' -> word(json, from, to, "null");
            default -> number(json, from, to);
        };
    }

    private static int quoted(byte[] json, int from, int to) {
        int end = text(json, from + 1, to);
        return end < 0 ? -1 : end + 1;
    }

    /** What stands between braces or brackets. */
    private static int members(byte[] json, int from, int to, int depth, boolean named) {
        byte close = (byte) (named ? '}' : ']');
        int at = spaces(json, from, to);
        if (at < to && json[at] == close) {
            return at + 1;
        }
        while (at < to) {
            if (named) {
                int end = json[at] == '"' ? spaces(json, quoted(json, at, to), to) : -1;
                if (end < 0 || end >= to || json[end] != ':') {
                    return -1;
                }
                at = spaces(json, end + 1, to);
            }
            at = spaces(json, value(json, at, to, depth + 1), to);
            if (at < 0 || at >= to) {
                return -1;
            }
            if (json[at] == close) {
                return at + 1;
            }
            if (json[at] != ',') {
                return -1;
            }
            at = spaces(json, at + 1, to);
        }
        return -1;
    }

    /** Behind the spaces that are here, if any; -1 stays -1. */
    private static int spaces(byte[] json, int from, int to) {
        int at = from;
        while (at >= 0 && at < to && (json[at] == ' ' || json[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static int word(byte[] json, int from, int to, String word) {
        if (to - from < word.length()) {
            return -1;
        }
        for (int i = 0; i < word.length(); i++) {
            if (json[from + i] != word.charAt(i)) {
                return -1;
            }
        }
        return from + word.length();
    }

    private static int number(byte[] json, int from, int to) {
        int at = json[from] == '-' ? from + 1 : from;
        int whole = digits(json, at, to);
        if (whole == at || json[at] == '0' && whole > at + 1) {
            return -1;
        }
        at = whole;
        if (at < to && json[at] == '.') {
            int fraction = digits(json, at + 1, to);
            if (fraction == at + 1) {
                return -1;
            }
            at = fraction;
        }
        if (at < to && (json[at] == 'e' || json[at] == 'E')) {
            int sign = at + 1 < to && (json[at + 1] == '+' || json[at + 1] == '-') ? at + 2 : at + 1;
            int exponent = digits(json, sign, to);
            return exponent == sign ? -1 : exponent;
        }
        return at;
    }

    private static int digits(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at;
    }
}
