package io.trainwatch.cli;

/** A command was called in a way that cannot work; the message says how to call it. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
