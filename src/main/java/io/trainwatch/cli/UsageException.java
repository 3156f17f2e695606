package io.trainwatch.cli;

/** A command was called in a way that cannot work; the message says how to call it. */
public final class UsageException extends RuntimeException {
    public UsageException(String message) {
        super(message);
    }
}
