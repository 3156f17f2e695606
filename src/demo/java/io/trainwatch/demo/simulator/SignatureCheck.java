package io.trainwatch.demo.simulator;

/** What the receiver found out about the signature of a delivery. */
public enum SignatureCheck {
    VALID,
    /** {@code webhook-id}, {@code webhook-timestamp} or {@code webhook-signature} is missing or empty. */
    HEADER_MISSING,
    /** The timestamp is not a whole number of seconds since 1970. */
    TIMESTAMP_UNREADABLE,
    /** The timestamp is more than five minutes ago. */
    TOO_OLD,
    /** The timestamp is more than five minutes ahead. */
    TOO_NEW,
    /** None of the signatures is that of this id, timestamp and body. */
    MISMATCH
}
