package io.trainwatch.demo.simulator;

/** What becomes of a simulated task when nobody cancels it. {@link TaskScript} says when. */
public enum TaskEnding {
    /** Takes all its steps and is {@code done}. */
    DONE,
    /** Gets through six tenths of its steps and is {@code error}, with a {@code failReason}. */
    ERROR,
    /** Gets through six tenths of its steps and is {@code cancelled} without a cancel of ours. */
    CANCELLED_BY_OTHERS,
    /** Stops advancing after six tenths of its steps and stays {@code active} for ever; only a cancel ends it. */
    STALLS,
    /** Stays {@code queued} for ever; only a cancel ends it. */
    NEVER_STARTS,
    /** Is {@code done} after six tenths of its running time, {@code active} again a tenth later, and {@code done}. */
    REOPENS
}
