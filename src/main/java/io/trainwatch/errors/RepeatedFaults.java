package io.trainwatch.errors;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs faults that repeat: one line when one begins, one a minute while it lasts, one when it is over.
 *
 * <p>That the store cannot be used is one fault, whoever meets it. A fault is over when nothing has met it for 10 s and
 * somebody who met it has succeeded since. Thread-safe.
 */
public final class RepeatedFaults {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.faults");
    private static final long LINE_EVERY = Duration.ofMinutes(1).toNanos();
    private static final long OVER_AFTER = Duration.ofSeconds(10).toNanos();
    private static final String STORE = "the store";

    private final LongSupplier nanoTime;
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();

    public RepeatedFaults() {
        this(System::nanoTime);
    }

    /** @param nanoTime a clock that nobody sets */
    RepeatedFaults(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Says that something failed.
     *
     * @param what fails, such as {@code route poll-due-jobs}; a fault of its own
     */
    public void happened(String what, Throwable thrown) {
        happened(what, thrown, inWords(thrown));
    }

    /**
     * The same, and about what the lines name, one of many.
     *
     * @param about such as the id of a job
     */
    public void happened(String what, String about, Throwable thrown) {
        happened(what, thrown, about + ": " + inWords(thrown));
    }

    private void happened(String what, Throwable thrown, String words) {
        // A trace repeats the message, addresses included.
        boolean isTold = Outage.isExpected(thrown) || CallFailure.holdsAddress(thrown);
        if (Outage.isOfStore(thrown)) {
            happened(STORE, what, words, null);
        } else {
            happened(what, what, words, isTold ? null : thrown);
        }
    }

    /** The same, for what has no exception, or one that the words tell of. */
    public void happened(String what, String words) {
        happened(what, what, words, null);
    }

    /** Says that what may have failed before works. Costs nothing while there is no fault. */
    public void works(String what) {
        if (!faults.isEmpty()) {
            over(what, what);
            over(STORE, what);
        }
    }

    /** What went wrong, in one line, for people. */
    public static String inWords(Throwable thrown) {
        return Outage.wordsOfStore(thrown)
                .map(words -> "the store could not be used: " + words)
                .orElseGet(() -> CallFailure.describe(thrown));
    }

    /** @param who met it */
    private void happened(String fault, String who, String words, Throwable trace) {
        long now = nanoTime.getAsLong();
        faults.compute(fault, (name, before) -> {
            if (before == null) {
                LOG.error("{} fails: {}", name, words, trace);
                return new Fault(now, now, now, 1, Set.of(who));
            }
            boolean isLineDue = now - before.saidAt() >= LINE_EVERY;
            if (isLineDue) {
                LOG.error(
                        "{} still fails, since {} s and {} times by now: {}",
                        name,
                        (now - before.since()) / 1_000_000_000,
                        before.times() + 1,
                        words);
            }
            Set<String> metBy = new HashSet<>(before.metBy());
            metBy.add(who);
            return new Fault(before.since(), isLineDue ? now : before.saidAt(), now, before.times() + 1, metBy);
        });
    }

    private void over(String what, String who) {
        long now = nanoTime.getAsLong();
        faults.computeIfPresent(what, (name, fault) -> {
            if (!fault.metBy().contains(who) || now - fault.latest() < OVER_AFTER) {
                return fault;
            }
            LOG.info(
                    "{} works again; it failed {} {} within {} s",
                    name,
                    fault.times(),
                    fault.times() == 1 ? "time" : "times",
                    (fault.latest() - fault.since()) / 1_000_000_000);
            return null;
        });
    }

    /** @param saidAt when the latest line was logged; all in nanoseconds */
    private record Fault(long since, long saidAt, long latest, long times, Set<String> metBy) {}
}
