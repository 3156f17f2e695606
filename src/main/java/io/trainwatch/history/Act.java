package io.trainwatch.history;

/** What followed from the judgement of a look. */
public enum Act {
    /** Nothing that concerns a policy. */
    NONE,
    /** The intent to cancel the job was committed. */
    CANCEL,
    /** A breach was told, and the job was left alone. */
    REPORT
}
