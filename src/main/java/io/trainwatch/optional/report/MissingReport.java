package io.trainwatch.optional.report;

/** There is no report of this training. The message says why, for people. */
final class MissingReport extends RuntimeException {
    MissingReport(String message) {
        super(message);
    }
}
