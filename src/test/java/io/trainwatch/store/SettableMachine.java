package io.trainwatch.store;

import java.time.Duration;
import java.time.Instant;

/** A machine whose clocks stand still until they are moved. For any thread. */
public final class SettableMachine {

    private volatile Instant wall;
    private volatile long nanos = Long.MAX_VALUE - 1_000_000; // it may overflow at any time

    public SettableMachine(Instant wall) {
        this.wall = wall;
    }

    public MachineClock clock() {
        return new MachineClock(() -> wall, () -> nanos);
    }

    public Instant wall() {
        return wall;
    }

    /** Time goes on. */
    public void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    /** Somebody sets the clock forward; back where it is negative. */
    public void set(Duration by) {
        wall = wall.plus(by);
    }
}
