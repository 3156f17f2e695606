package io.trainwatch.optional.prometheus;

/** An answer is one of the Prometheus HTTP API, but the query gives no single number for each series. */
final class BadQuery extends RuntimeException {
    BadQuery(String message) {
        super(message);
    }
}
