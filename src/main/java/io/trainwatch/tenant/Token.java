package io.trainwatch.tenant;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An access token and the instants that matter for it. Never shows itself.
 *
 * @param scopes those that were given; empty where the endpoint does not tell
 */
record Token(String value, Instant obtainedAt, Duration life, Optional<Set<String>> scopes) {

    /** Of scopes that the endpoint does not tell. */
    Token(String value, Instant obtainedAt, Duration life) {
        this(value, obtainedAt, life, Optional.empty());
    }

    /** From then on a new one is fetched, while this one still serves those who wait: at 80 % of its life. */
    Instant refreshAt() {
        return obtainedAt.plus(life.multipliedBy(8).dividedBy(10));
    }

    /** Where the clock was set back, nobody knows how old it is. */
    boolean isExpired(Instant now) {
        return now.isBefore(obtainedAt) || !now.isBefore(obtainedAt.plus(life));
    }

    @Override
    public String toString() {
        return "Token[obtained " + obtainedAt + ", lives " + life + "]";
    }
}
