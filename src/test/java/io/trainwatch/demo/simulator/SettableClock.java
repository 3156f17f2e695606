package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. For any thread. */
public final class SettableClock implements InstantSource {

    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves to this long after the start. */
    public void setTo(Duration sinceStart) {
        now = START.plus(sinceStart);
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }
}
