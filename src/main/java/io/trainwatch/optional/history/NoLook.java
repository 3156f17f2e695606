package io.trainwatch.optional.history;

/** An object that is no recorded look; the message says why. */
final class NoLook extends IllegalArgumentException {

    NoLook(String message) {
        super(message);
    }

    NoLook(String message, Throwable cause) {
        super(message, cause);
    }
}
