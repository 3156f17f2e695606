package io.trainwatch.optional.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.text.SafeText;

/** Recorded looks that cannot be read or do not fit together; the message says where and why. */
public final class HistoryUnreadable extends RuntimeException {

    private static final int LONGEST = 300;

    HistoryUnreadable(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param line 0 where lines have no numbers */
    static HistoryUnreadable inLine(String history, long line, Exception cause) {
        // What the parser itself says means nothing to somebody who named another file by mistake.
        boolean isJson = !(cause instanceof JsonProcessingException);
        boolean isOther = !isJson || cause instanceof NoLook;
        String what = isJson ? cause.getMessage() : "no JSON";
        return new HistoryUnreadable(
                "The history " + history + (isOther ? " is not one that policy export wrote" : "")
                        + (line == 0 ? "" : (isOther ? ": line " : ", line ") + line) + ": "
                        + SafeText.bounded(what, LONGEST),
                cause);
    }

    /** An object that is no recorded look; the message says why. */
    static final class NoLook extends IllegalArgumentException {

        NoLook(String message) {
            super(message);
        }

        NoLook(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
