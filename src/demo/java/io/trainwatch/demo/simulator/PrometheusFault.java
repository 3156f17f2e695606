package io.trainwatch.demo.simulator;

/** What can go wrong with a query to the simulated Prometheus. */
public enum PrometheusFault {
    /** The sample is ten minutes old. */
    STALE,
    /** The value is {@code NaN}. */
    NAN,
    /** No series. */
    EMPTY,
    /** Two series, with different values. */
    SEVERAL,
    /** 503, as when a query takes too long. */
    ERROR,
    /** 400, as for a query that is not PromQL. */
    BAD_QUERY,
    /** Half a document. */
    MALFORMED,
    /** The connection is reset instead of an answer. */
    RESET,
    /** The answer is held back for {@code hangFor} of {@link TenantOptions}. */
    HANG
}
