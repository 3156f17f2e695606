package io.trainwatch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleTrigger;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.matchers.GroupMatcher;

/**
 * The ticks of the routes, which go on whatever becomes of the wall clock.
 *
 * <p>Quartz keeps in mind at what time a trigger fires next. Where the clock is set back by an hour, it waits for that hour:
 * a tick that lies further ahead than its interval is begun anew.
 */
final class Ticks {

    /**
     * What the routes name, {@code trainwatch-quartz:…}. It is not the host's {@code quartz}, whose ticks may be in a
     * database, be few, or want to go by the wall clock.
     */
    static final String COMPONENT = "trainwatch-quartz";

    /** No route begins later after the start. */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    private static final Duration TOLERATED = Duration.ofSeconds(1);

    private final CamelContext context;
    private final InstantSource wall;

    /** @param wall the clock that quartz goes by */
    Ticks(CamelContext context, InstantSource wall) {
        this.context = context;
        this.wall = wall;
    }

    /** A scheduler of its own, in memory. */
    static QuartzComponent component() {
        QuartzComponent quartz = new QuartzComponent();
        quartz.setAutowiredEnabled(false); // with a scheduler of the host
        quartz.setEnableJmx(false);
        quartz.setProperties(Map.of(
                StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, "trainwatch", "org.quartz.threadPool.threadCount", "10"));
        return quartz;
    }

    /** Begins those anew that stand still; to be called often, by a thread that goes by no wall clock. */
    void keepGoing() throws SchedulerException {
        QuartzComponent quartz = (QuartzComponent) context.hasComponent(COMPONENT);
        Scheduler scheduler = quartz == null ? null : quartz.getScheduler();
        if (scheduler == null || scheduler.isShutdown()) {
            return;
        }
        for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup())) {
            if (scheduler.getTrigger(key) instanceof SimpleTrigger tick && standsStill(tick)) {
                scheduler.rescheduleJob(key, tick.getTriggerBuilder().startNow().build());
            }
        }
    }

    private boolean standsStill(SimpleTrigger tick) {
        Date next = tick.getNextFireTime();
        Duration wait =
                tick.getPreviousFireTime() == null ? LONGEST_DELAY : Duration.ofMillis(tick.getRepeatInterval());
        Instant latest = wall.instant().plus(wait).plus(TOLERATED);
        return next != null && next.toInstant().isAfter(latest);
    }
}
