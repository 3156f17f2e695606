package io.trainwatch.history;

/** Recorded looks that cannot be read or do not fit together; the message says where and why. */
public final class HistoryUnreadable extends RuntimeException {

    HistoryUnreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
