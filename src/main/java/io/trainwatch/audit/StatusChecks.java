package io.trainwatch.audit;

/** Which looks get a {@code STATUS_CHECK} row in the audit; each includes the ones before it. */
public enum StatusChecks {
    NONE,
    /** Looks that saw another state, or a valid status after failed looks. */
    CHANGES,
    ALL
}
