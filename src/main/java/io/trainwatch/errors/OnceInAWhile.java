package io.trainwatch.errors;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Lets each thing be said once in ten minutes: what is wrong stays wrong for many requests in a row. Thread-safe. */
public final class OnceInAWhile {

    private static final Duration BETWEEN = Duration.ofMinutes(10);
    private static final int MOST = 1_000;

    private final Map<String, Instant> said = new ConcurrentHashMap<>();

    /** @param what names the thing, without what differs from time to time */
    public void say(String what, Instant now, Runnable log) {
        Instant before = said.get(what);
        if (before != null && !before.plus(BETWEEN).isBefore(now)) {
            return;
        }
        if (said.size() >= MOST) {
            said.values().removeIf(at -> at.plus(BETWEEN).isBefore(now));
        }
        said.put(what, now);
        log.run();
    }
}
