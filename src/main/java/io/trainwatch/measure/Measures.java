package io.trainwatch.measure;

import java.time.Duration;

/** Is told of what happens, once each time, by whoever does it; must return at once and never throw. Thread-safe. */
public interface Measures {

    /** Nobody measures. */
    Measures NONE = new Measures() {};

    /** @param outcome such as {@code running}, or the kind of a failure */
    default void looked(String tenant, String outcome) {}

    /** A look was claimed so long after it was due. */
    default void claimedLate(Duration late) {}

    /** A rule was found to be broken. */
    default void broken(String rule, String level) {}

    /** The tenant answered to a cancel. */
    default void cancelled(String result) {}

    /** A breach led to no cancel. */
    default void withheld(String reason) {}

    /** A look found that a job had ended so long before, as the tenant says. */
    default void endSeen(Duration after) {}

    /** @param result {@code delivered}, {@code failed} or {@code gone} */
    default void delivered(String target, String result) {}

    /** A token was asked for. */
    default void fetchedToken(String tenant, boolean given) {}

    /**
     * A request was sent.
     *
     * @param client the name of its client
     * @param status 0 where no response came
     */
    default void requested(String client, String method, String path, int status, long nanos) {}

    /** A transaction was committed, for which its caller waited so long. */
    default void committed(long nanos) {}
}
