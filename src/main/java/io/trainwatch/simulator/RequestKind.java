package io.trainwatch.simulator;

/** What a request to the tenant asks for. */
public enum RequestKind {
    TOKEN,
    STATUS,
    CANCEL,
    PROJECT,
    /** Nothing that the API knows. */
    OTHER
}
