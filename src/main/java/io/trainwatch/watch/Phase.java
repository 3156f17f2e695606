package io.trainwatch.watch;

/** Where a job stands on the watch list. */
public enum Phase {
    /** It is looked at regularly. */
    WATCHING,
    /** A cancel is committed; it is looked at until the tenant says that the job ended. */
    STOPPING,
    /** The tenant said that it ended; it is looked at once more at most, to confirm that. */
    ENDED,
    /** It was released, before it ended: taken off the list. The job itself was left alone. */
    UNWATCHED
}
