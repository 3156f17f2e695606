package io.trainwatch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditEntry;
import io.trainwatch.audit.Journal;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.store.MeasuredClock;
import io.trainwatch.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it once a second that neither the ticks nor what the store holds depend on a clock that somebody sets. It goes by
 * a clock that nobody does.
 */
final class ClockKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.trainwatch.clock");
    private static final String KEEPING = "Keeping the time";
    /** In seconds; a clock that was set back is noticed each second. */
    private static final int REMEMBER_EVERY = 5;

    private final CamelContext context;
    private final MeasuredClock clock;
    private final KeptTimes keptTimes;
    private final Ticks ticks;
    private final RepeatedFaults faults;
    private final boolean isDatabases;
    private ScheduledExecutorService executor;
    private int rounds;

    /** @param isDatabases whether the clock is the database's, and not this machine's */
    ClockKeeper(
            CamelContext context,
            MeasuredClock clock,
            KeptTimes keptTimes,
            Ticks ticks,
            RepeatedFaults faults,
            boolean isDatabases) {
        this.context = context;
        this.clock = clock;
        this.keptTimes = keptTimes;
        this.ticks = ticks;
        this.faults = faults;
        this.isDatabases = isDatabases;
    }

    /** The keeper of a store's times: where its clock is found to be set back, the audit says so. */
    static ClockKeeper of(
            CamelContext context,
            MeasuredClock clock,
            Store store,
            Journal journal,
            List<KeptTimes.Longest> longest,
            RepeatedFaults faults) {
        boolean isDatabases = !store.isSqlite();
        KeptTimes keptTimes = new KeptTimes(
                store,
                longest,
                (handle, set) -> journal.write(
                        handle,
                        AuditEntry.ofNoJob(
                                set.now(),
                                AuditAction.CLOCK_SET_BACK,
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("clock", isDatabases ? "database" : "machine")
                                        .put("latest", set.latest().toString())
                                        .toString())));
        return new ClockKeeper(
                context, clock, keptTimes, new Ticks(context, InstantSource.system()), faults, isDatabases);
    }

    /** Takes the time of the store, before anything is looked at. */
    void start() {
        clock.measure();
        executor = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "trainwatch-clock");
        executor.scheduleWithFixedDelay(this::keep, 0, 1, TimeUnit.SECONDS);
    }

    void keep() {
        try {
            ticks.keepGoing();
            Optional<Duration> set = clock.measure();
            set.ifPresent(this::report);
            if (set.isPresent() || rounds % REMEMBER_EVERY == 0) {
                keptTimes.at(clock.instant());
            }
            rounds++;
            clock.trouble().ifPresentOrElse(words -> faults.happened(KEEPING, words), () -> faults.works(KEEPING));
        } catch (SchedulerException | RuntimeException e) {
            if (!executor.isShutdown()) {
                faults.happened(KEEPING, e);
            }
        }
    }

    private void report(Duration by) {
        LOG.warn(
                "The clock of {} was set {} by {} s. {}",
                isDatabases ? "the database" : "this machine",
                by.isNegative() ? "back" : "forward",
                Math.round(by.abs().toMillis() / 1000.0),
                by.isNegative()
                        ? "What is due is moved back with it"
                        : "Or the machine slept. What was due in that time is due now");
    }

    @Override
    public void close() {
        if (executor != null) {
            context.getExecutorServiceManager().shutdownNow(executor);
        }
    }
}
