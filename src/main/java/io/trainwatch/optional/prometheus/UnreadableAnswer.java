package io.trainwatch.optional.prometheus;

/** An answer is not what the Prometheus HTTP API answers. The message says why, for people. */
final class UnreadableAnswer extends RuntimeException {
    UnreadableAnswer(String message) {
        super(message);
    }
}
