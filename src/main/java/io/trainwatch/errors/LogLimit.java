package io.trainwatch.errors;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets each thing have so many log lines in a while, so that none fills the log. Where one has more than one line, the
 * last says that others are left out. Thread-safe.
 */
public final class LogLimit {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.log");
    private static final int MAX_THINGS = 1_000;

    private final int maxLines;
    private final Duration within;
    private final Map<String, Begun> lately = new ConcurrentHashMap<>();

    private LogLimit(int maxLines, Duration within) {
        this.maxLines = maxLines;
        this.within = within;
    }

    /** One line in ten minutes: for what is wrong for many requests in a row. */
    public static LogLimit once() {
        return new LogLimit(1, Duration.ofMinutes(10));
    }

    /** Four lines in two minutes: for what somebody else can have repeated at will, and the audit has. */
    public static LogLimit few() {
        return new LogLimit(4, Duration.ofMinutes(2));
    }

    /** @param what names the thing, without what differs from time to time */
    public void say(String what, Instant now, Runnable log) {
        if (lately.size() >= MAX_THINGS) {
            lately.values().removeIf(begun -> !begun.lasts(now, within));
        }
        Begun begun = lately.compute(
                what,
                (name, before) -> before == null || !before.lasts(now, within)
                        ? new Begun(now, 1)
                        : new Begun(before.at(), before.lines() + 1));
        if (begun.lines() < maxLines || maxLines == 1 && begun.lines() == 1) {
            log.run();
        } else if (begun.lines() == maxLines && maxLines > 1) {
            LOG.warn(
                    "More of {} is left out here until {}; the audit has it all",
                    what,
                    begun.at().plus(within).truncatedTo(ChronoUnit.SECONDS));
        }
    }

    private record Begun(Instant at, int lines) {

        /** One that began later than now began before the clock was set back. */
        boolean lasts(Instant now, Duration within) {
            return !at.plus(within).isBefore(now) && !at.isAfter(now);
        }
    }
}
