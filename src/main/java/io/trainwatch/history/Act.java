package io.trainwatch.history;

/** What followed from the judgement of a look. */
public enum Act {
    /** Nothing that concerns a policy. */
    NONE,
    /** The intent to cancel the job was committed. */
    CANCEL,
    /** A breach led to no cancel: it was told, at this look or before, and the job was left alone. */
    REPORT
}
