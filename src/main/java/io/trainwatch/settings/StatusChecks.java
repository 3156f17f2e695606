package io.trainwatch.settings;

/** Which looks at a job get an audit line of their own. What is decided or done is audited in any case. */
public enum StatusChecks {
    ALL,
    /** Looks that saw something other than the look before. */
    CHANGES,
    NONE
}
