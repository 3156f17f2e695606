package io.trainwatch.errors;

import java.time.Duration;
import java.util.Optional;

/** An exception that knows what kind of failure it is; its message is written for people and holds no secret. */
public interface Classified {

    FailureKind kind();

    String getMessage();

    /** The wait that the other side asked for. */
    default Optional<Duration> retryAfter() {
        return Optional.empty();
    }
}
