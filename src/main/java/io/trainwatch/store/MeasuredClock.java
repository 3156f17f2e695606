package io.trainwatch.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The store's time, measured now and then and carried on between by a clock that nobody sets.
 *
 * <p>On PostgreSQL it is the time of the database, so that it is one for all nodes, whatever their own clocks say. SQLite
 * has no clock of its own: there it is that of the machine, which all of its processes share. Either may be set back or
 * forth; the next {@link #measure} follows and says so.
 *
 * <p>Thread-safe; one thread measures.
 */
public final class MeasuredClock implements StoreClock {

    /** A clock that is further off is worth a word; one that was moved by less was corrected, as NTP does. */
    static final Duration MAX_UNTOLD = Duration.ofSeconds(2);

    private final MachineClock machine;
    private final Supplier<Optional<Instant>> database;
    private final Duration maxOffset;
    private final long startedAt;
    private final Instant started;
    private volatile Anchor anchor;
    private volatile Offset offset = new Offset(Duration.ZERO, Duration.ZERO);
    private boolean measured;

    /** @param nanos of the clock that nobody sets, at that time */
    private record Anchor(Instant time, long nanos) {}

    /**
     * @param ahead how far this machine's clock is ahead of the database's
     * @param blur by how much that may be wrong: half the time that it took to ask
     */
    private record Offset(Duration ahead, Duration blur) {

        boolean isOver(Duration limit) {
            return ahead.abs().minus(blur).compareTo(limit) >= 0;
        }
    }

    /**
     * @param database tells the time of the database; empty where this machine's counts
     * @param lease how long a claim holds: a node whose clock is off by a quarter of it claims nothing
     */
    public MeasuredClock(MachineClock machine, Supplier<Optional<Instant>> database, Duration lease) {
        this.machine = machine;
        this.database = database;
        this.maxOffset = lease.dividedBy(4);
        this.startedAt = machine.nanoTime().getAsLong();
        this.started = machine.wall().instant();
        this.anchor = new Anchor(started, startedAt);
    }

    @Override
    public Instant instant() {
        return at(machine.nanoTime().getAsLong());
    }

    @Override
    public InstantSource steady() {
        return () -> started.plusNanos(machine.nanoTime().getAsLong() - startedAt);
    }

    private Instant at(long nanos) {
        Anchor last = anchor;
        return last.time().plusNanos(nanos - last.nanos());
    }

    /**
     * Asks for the time, and goes by it from now on, as exactly as the time allows that the response took.
     *
     * @return by how much the clock was set since the last time, where that is worth a word; negative where it was set back
     * @throws RuntimeException where the database does not tell; the time goes on as it was known
     */
    public Optional<Duration> measure() {
        long sent = machine.nanoTime().getAsLong();
        Instant wall = machine.wall().instant();
        Optional<Instant> told = database.get();
        long blur = (machine.nanoTime().getAsLong() - sent) / 2;
        long between = sent + blur;
        Instant here = wall.plusNanos(blur);
        Instant there = told.orElse(here);
        offset = new Offset(Duration.between(there, here), Duration.ofNanos(blur));
        if (!measured) {
            measured = true;
            anchor = new Anchor(there, between);
            return Optional.empty();
        }
        Instant expected = at(between);
        Duration off = Duration.between(expected, there);
        Duration sure = off.abs().minusNanos(blur);
        if (sure.isNegative() || sure.isZero()) {
            return Optional.empty();
        }
        Duration moved = off.isNegative() ? sure.negated() : sure;
        anchor = new Anchor(expected.plus(moved), between);
        return sure.compareTo(MAX_UNTOLD) >= 0 ? Optional.of(moved) : Optional.empty();
    }

    @Override
    public Optional<String> trouble() {
        Offset last = offset;
        if (!last.isOver(MAX_UNTOLD) && !last.isOver(maxOffset)) {
            return Optional.empty();
        }
        String off = "The clock of this machine is " + seconds(last.ahead())
                + (last.ahead().isNegative() ? " s behind" : " s ahead of") + " the database's, by which all nodes go";
        return Optional.of(
                last.isOver(maxOffset)
                        ? off + "; beyond " + seconds(maxOffset)
                                + " s, a quarter of the lease, nothing is claimed here." + " Set both clocks by NTP"
                        : off + ". Set both clocks by NTP");
    }

    @Override
    public Optional<String> whyNotToClaim() {
        return offset.isOver(maxOffset) ? trouble() : Optional.empty();
    }

    private static String seconds(Duration time) {
        double seconds = Math.round(time.abs().toMillis() / 100.0) / 10.0;
        return seconds == Math.rint(seconds) ? String.valueOf((long) seconds) : String.valueOf(seconds);
    }
}
