package io.trainwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;

/** Quartz goes by the clock of the system, which a test cannot set: what lies ahead of it stands for a clock set back. */
class TicksTest {

    private static final TriggerKey TICK = new TriggerKey("tick", "trainwatch");
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final AtomicInteger TICKS = new AtomicInteger();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private Scheduler scheduler;

    /** What a tick does. */
    public static final class Count implements Job {
        @Override
        public void execute(JobExecutionContext tick) {
            TICKS.incrementAndGet();
        }
    }

    @BeforeEach
    void start() throws Exception {
        Properties properties = new Properties();
        properties.put("org.quartz.scheduler.instanceName", "ticks-test");
        properties.put("org.quartz.threadPool.threadCount", "2");
        scheduler = new StdSchedulerFactory(properties).getScheduler();
        QuartzComponent quartz = new QuartzComponent();
        quartz.setScheduler(scheduler);
        context.addComponent(Ticks.COMPONENT, quartz);
        TICKS.set(0);
        schedule(TICK);
        scheduler.start();
        await().atMost(LONGEST).until(() -> TICKS.get() > 3);
    }

    private void schedule(TriggerKey key) throws SchedulerException {
        scheduler.scheduleJob(
                JobBuilder.newJob(Count.class)
                        .withIdentity(key.getName(), key.getGroup())
                        .build(),
                TriggerBuilder.newTrigger()
                        .withIdentity(key)
                        .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                                .withIntervalInMilliseconds(50)
                                .repeatForever())
                        .build());
    }

    @AfterEach
    void stop() throws SchedulerException {
        scheduler.shutdown(true);
    }

    private Ticks ticks(Duration setBack) {
        return new Ticks(context, () -> Instant.now().minus(setBack));
    }

    @Test
    void aTickThatLiesAnHourAheadComesAtOnce() throws Exception {
        firesIn(TICK, Duration.ofHours(1));
        int before = TICKS.get();
        await().during(Duration.ofMillis(500)).atMost(LONGEST).until(() -> TICKS.get() <= before + 1);
        new Ticks(context, InstantSource.system()).keepGoing();
        await().atMost(LONGEST).until(() -> TICKS.get() > before + 3);
    }

    @Test
    void aTickIsBegunAnewWhereTheClockWasSetBackByMoreThanItsInterval() throws Exception {
        for (Duration by : new Duration[] {Duration.ofSeconds(3), Duration.ofMinutes(1), Duration.ofHours(1)}) {
            Date before = scheduler.getTrigger(TICK).getStartTime();
            int seen = TICKS.get();
            await().atMost(LONGEST).until(() -> TICKS.get() > seen);
            ticks(by).keepGoing();
            assertThat(scheduler.getTrigger(TICK).getStartTime()).as("%s", by).isAfter(before);
        }
    }

    @Test
    void whatTicksIsLeftAsItIs() throws Exception {
        Date before = scheduler.getTrigger(TICK).getStartTime();
        ticks(Duration.ZERO).keepGoing();
        ticks(Duration.ofHours(-1)).keepGoing();
        assertThat(scheduler.getTrigger(TICK).getStartTime()).isEqualTo(before);
    }

    private void firesIn(TriggerKey key, Duration ahead) throws Exception {
        Trigger trigger = scheduler.getTrigger(key);
        scheduler.rescheduleJob(
                key,
                trigger.getTriggerBuilder()
                        .startAt(Date.from(Instant.now().plus(ahead)))
                        .build());
    }
}
