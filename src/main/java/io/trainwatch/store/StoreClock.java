package io.trainwatch.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The time that all who share a store go by: due times, ends of leases, pauses and whatever else is compared there.
 *
 * <p>Thread-safe.
 */
public interface StoreClock extends InstantSource {

    /**
     * A clock that nobody sets, for what only this process measures or waits for. Its instants are compared with its own
     * alone, and are neither kept nor shown.
     */
    InstantSource steady();

    /** What is wrong with this machine's clock, in words; empty where nothing is. */
    Optional<String> trouble();

    /** Why this node must not claim anything; empty where it may. */
    Optional<String> whyNotToClaim();

    /** The clock as one of a store; one that is none, such as that of a test, is taken to be right and steady. */
    static StoreClock of(InstantSource clock) {
        return clock instanceof StoreClock known ? known : new Plain(clock);
    }

    /** A clock that is right whatever it says. */
    record Plain(InstantSource steady) implements StoreClock {

        @Override
        public Instant instant() {
            return steady.instant();
        }

        @Override
        public Optional<String> trouble() {
            return Optional.empty();
        }

        @Override
        public Optional<String> whyNotToClaim() {
            return Optional.empty();
        }
    }
}
