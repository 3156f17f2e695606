package io.trainwatch.errors;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs faults that repeat: one line when one begins, one a minute while it lasts, one when it is over.
 *
 * <p>What fails for one cause is one fault, however many meet it: the lines say how often and name the latest. That the
 * store cannot be used is one fault, whatever was to be done. A fault is over when nothing has met it for 15 s and
 * somebody who met it has succeeded since; so one that comes and goes is a few lines a minute. Thread-safe.
 */
public final class RepeatedFaults {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.faults");
    private static final long LINE_EVERY = Duration.ofMinutes(1).toNanos();
    private static final long OVER_AFTER = Duration.ofSeconds(15).toNanos();
    /** Longer than anything waits that is tried again: what happens afterwards begins anew. */
    private static final long FORGOTTEN_AFTER = Duration.ofMinutes(15).toNanos();

    private static final int MAX_COUNTED = 10_000;
    private static final String STORE = "the store";

    private final LongSupplier nanoTime;
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();

    public RepeatedFaults() {
        this(System::nanoTime);
    }

    /** @param nanoTime a clock that nobody sets */
    public RepeatedFaults(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Says that something failed.
     *
     * @param what fails, such as {@code route trainwatch-poll-due-jobs}; a fault of its own, which {@link #works} ends
     */
    public void happened(String what, Throwable thrown) {
        happened(what, what, Words.of(thrown), thrown);
    }

    /**
     * The same, for one of many.
     *
     * @param who met it, such as the id of a job, which {@link #works} names
     */
    public void happened(String what, String who, Throwable thrown) {
        happened(what, who, who + ": " + Words.of(thrown), thrown);
    }

    private void happened(String what, String who, String words, Throwable thrown) {
        if (Outage.isOfStore(thrown)) {
            happened(STORE, who, Level.ERROR, words + "; " + Outage.remedy(thrown), null);
        } else {
            // A trace repeats the message, addresses included.
            boolean isTold = Outage.isExpected(thrown) || CallFailure.holdsAddress(thrown);
            happened(what, who, Level.ERROR, words, isTold ? null : thrown);
        }
    }

    /** The same, for what has no exception, or one that the words tell of. */
    public void happened(String what, String words) {
        happened(what, what, Level.ERROR, words, null);
    }

    /** The same, for what somebody else is to blame for. */
    public void warn(String what, String who, String words) {
        happened(what, who, Level.WARN, words, null);
    }

    /** The same, for what stays as it is until a person sees to it: without a line a minute. */
    public void once(String what, String who, String words) {
        faults.compute(what, (name, before) -> {
            Fault fault = met(name, before, Level.WARN, who, words, null);
            fault.said = Long.MAX_VALUE;
            return fault;
        });
    }

    /**
     * Says that what may have failed before works, which ends the faults that it met. To be called often, since what lasts
     * is said then. Costs nothing while there is no fault.
     */
    public void works(String who) {
        if (!faults.isEmpty()) {
            long now = nanoTime.getAsLong();
            faults.keySet().forEach(name -> faults.computeIfPresent(name, (any, fault) -> fault.goesOn(who, now)));
        }
    }

    private void happened(String what, String who, Level level, String words, Throwable trace) {
        faults.compute(what, (name, before) -> met(name, before, level, who, words, trace));
    }

    private Fault met(String name, Fault before, Level level, String who, String words, Throwable trace) {
        long now = nanoTime.getAsLong();
        boolean isNew = before == null || now - before.latest > FORGOTTEN_AFTER;
        Fault fault = isNew ? new Fault(name, level, now) : before;
        fault.met(who, words, now);
        if (isNew) {
            LOG.atLevel(level).setCause(trace).log("{} fails: {}", name, words);
            fault.said = 1;
        } else {
            fault.sayAgain(now);
        }
        return fault;
    }

    /** Times are in nanoseconds. Used under the lock of the map. */
    private static final class Fault {

        private final String name;
        private final Level level;
        private final long since;
        private final Set<String> metBy = new HashSet<>();
        private long saidAt;
        private long latest;
        private long times;
        private long said;
        private String words;

        Fault(String name, Level level, long now) {
            this.name = name;
            this.level = level;
            this.since = now;
            this.saidAt = now;
        }

        void met(String who, String how, long now) {
            times++;
            words = how;
            latest = now;
            if (metBy.size() < MAX_COUNTED) {
                metBy.add(who);
            }
        }

        void sayAgain(long now) {
            if (times > said && now - saidAt >= LINE_EVERY) {
                said = times;
                saidAt = now;
                boolean isOfMany = metBy.size() > 1 && !name.equals(STORE);
                LOG.atLevel(level)
                        .log(
                                "{} still fails, since {} s and {} times by now{}: {}",
                                name,
                                (now - since) / 1_000_000_000,
                                times,
                                isOfMany ? ", for " + metBy.size() + " of them, the latest" : "",
                                words);
            }
        }

        /** {@code null} where it is over. */
        Fault goesOn(String who, long now) {
            sayAgain(now);
            if (now - latest < OVER_AFTER || !metBy.contains(who)) {
                return this;
            }
            LOG.info(
                    "{} works again; it failed {} {} within {} s",
                    name,
                    times,
                    times == 1 ? "time" : "times",
                    (latest - since) / 1_000_000_000);
            return null;
        }
    }
}
