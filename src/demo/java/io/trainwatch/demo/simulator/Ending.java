package io.trainwatch.demo.simulator;

/** What becomes of a simulated job or task when nobody cancels it. {@link JobScript} says when. */
public enum Ending {
    /** Runs to 100 percent and is COMPLETED. */
    COMPLETES,
    /** Gets as far as the turning point and is FAILED, a task with a {@code failReason}. */
    FAILS,
    /** Stops advancing at the turning point and stays RUNNING for ever; only a cancel ends it. */
    STALLS,
    /** Stays QUEUED for ever; only a cancel ends it. */
    NEVER_STARTS,
    /** Uses 96 to 100 percent of the CPU from the turning point on; COMPLETED if it is left alone. */
    BREACHES_CPU,
    /** Uses 92 to 100 percent of the memory from the turning point on; COMPLETED if it is left alone. */
    BREACHES_MEMORY,
    /** Gets as far as the turning point and is CANCELLED without a cancel of ours. */
    CANCELLED_BY_OTHERS,
    /** Falls back to QUEUED at the turning point, runs again a tenth of its running time later, and is COMPLETED. */
    REVERSES,
    /** Is COMPLETED at the turning point, RUNNING again a tenth of its running time later, and COMPLETED at last. */
    REOPENS,
    /** Advances to 99 percent and stays RUNNING for ever; only a cancel ends it. */
    NEVER_ENDS
}
