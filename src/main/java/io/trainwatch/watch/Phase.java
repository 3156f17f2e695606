package io.trainwatch.watch;

/** Where a job stands on the watch list. */
public enum Phase {
    /** It is looked at regularly. */
    WATCHING,
    /** A cancel is committed; it is looked at until the tenant says that the job ended. */
    STOPPING,
    /** The tenant said that it ended; it is not looked at again. */
    ENDED,
    /** It was taken off the list before it ended. The job itself was left alone. */
    UNWATCHED
}
