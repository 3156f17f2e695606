package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.Journal;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Store;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/**
 * A receiver is away for a day while events go on, and the node is replaced in the middle of it: afterwards the receiver
 * gets each event, in order for each job, with one body whatever the number of attempts. Another target notices nothing.
 */
@OnBothEngines
class OutageTest {

    private static final int EVENTS = Integer.getInteger("trainwatch.outage.events", 1_500);
    private static final Duration OUTAGE = Duration.ofHours(24);
    private static final Duration STEP = Duration.ofMinutes(1);
    private static final int STEPS = (int) OUTAGE.dividedBy(STEP);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration ATTEMPT = Duration.ofMillis(10);
    private static final int JOBS = 997;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int SENDERS = 16;

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final Random random = new Random(24);
    private final Receiver away = new Receiver(false);
    private final Receiver well = new Receiver(true);
    private Store store;
    private ExecutorService senders;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
        senders = Executors.newFixedThreadPool(SENDERS);
    }

    @AfterEach
    void close() {
        senders.shutdownNow();
        store.close();
    }

    @Test
    void afterADayWithoutAReceiverEachEventIsDeliveredInOrder() throws Exception {
        Outbox outbox = outbox("node-1");
        int published = 0;
        for (int step = 1; step <= STEPS; step++) {
            if (step == STEPS / 2) {
                // What it had claimed is nobody's until the lease ends.
                outbox.claimDue();
                outbox = outbox("node-2");
            }
            published = publish(outbox, published, (int) ((long) EVENTS * step / STEPS));
            deliverAllDue(outbox);
            clock.advance(STEP);
        }
        deliverAllDue(outbox);
        assertThat(well.bodies).hasSize(EVENTS);
        assertThat(away.bodies).isEmpty();

        away.up = true;
        Instant back = clock.instant();
        while (undelivered() > 0) {
            clock.advance(Duration.ofSeconds(1));
            deliverAllDue(outbox);
            // A probe goes out every 5 minutes, +-20 %, and the first that gets through makes all due.
            assertThat(Duration.between(back, clock.instant()))
                    .isLessThan(Duration.ofMinutes(7).plus(ATTEMPT.multipliedBy(EVENTS)));
        }
        for (Receiver receiver : List.of(away, well)) {
            assertThat(receiver.bodies).hasSize(EVENTS);
            assertThat(receiver.faults).isEmpty();
        }
        assertThat(count("delivered")).isEqualTo(2L * EVENTS);
    }

    private Outbox outbox(String node) {
        return new Outbox(
                store,
                Map.of("away", target("away"), "well", target("well")),
                new Journal(store),
                node,
                LEASE,
                1_000,
                random::nextDouble,
                clock);
    }

    private static WebhookTarget target(String name) {
        return Events.target(
                name,
                URI.create("https://" + name + ".example/hook"),
                Optional.empty(),
                EnumSet.allOf(EventType.class),
                Payload.GENERIC,
                Map.of(),
                new WebhookTarget.Limits(Duration.ofSeconds(15), SENDERS, OptionalDouble.empty()),
                false);
    }

    private int publish(Outbox outbox, int from, int until) {
        store.transaction(handle -> {
            for (int number = from; number < until; number++) {
                Event event = event("job-" + number % JOBS, number, clock.instant());
                outbox.publish(handle, "acme:bots/" + event.jobId(), event, clock.instant());
            }
            return null;
        });
        return until;
    }

    private static Event event(String job, int number, Instant now) {
        return Events.event(
                job,
                "bots",
                null,
                (double) number,
                null,
                71.25,
                60d,
                Map.of(),
                Event.id("acme", "bots", job, 1, "event-" + number),
                EventType.JOB_BREACHED,
                "acme",
                new Event.Reason("max-cpu", 99.5, 95d, now),
                now,
                now,
                null);
    }

    private void deliverAllDue(Outbox outbox) throws Exception {
        for (List<Delivery> due = outbox.claimDue(); !due.isEmpty(); due = outbox.claimDue()) {
            List<Future<?>> attempts = new ArrayList<>();
            for (Delivery delivery : due) {
                Receiver receiver = delivery.target().name().equals("away") ? away : well;
                attempts.add(senders.submit(() -> outbox.settle(delivery, receiver.take(delivery, clock.instant()))));
            }
            for (Future<?> attempt : attempts) {
                attempt.get();
            }
            clock.advance(ATTEMPT);
        }
    }

    private long undelivered() {
        return count("pending") + count("dead");
    }

    private long count(String status) {
        return store.read(handle -> handle.createQuery("select count(*) from delivery where status = :status")
                .bind("status", status)
                .mapTo(Long.class)
                .one());
    }

    /** Keeps what it got, and what was wrong with it. */
    private final class Receiver {
        private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
        private final Map<String, Long> lastOfJob = new ConcurrentHashMap<>();
        private final TreeSet<String> faults = new TreeSet<>();
        private boolean up;

        private Receiver(boolean up) {
            this.up = up;
        }

        private synchronized DeliveryResult take(Delivery delivery, Instant now) {
            if (!up) {
                return down();
            }
            byte[] body = Delivery.Request.of(delivery, now).body();
            byte[] before = bodies.putIfAbsent(delivery.eventId(), body);
            if (before == null) {
                Long last = lastOfJob.put(delivery.job(), delivery.eventSeq());
                if (last != null && last > delivery.eventSeq()) {
                    faults.add(delivery.job() + ": " + delivery.eventSeq() + " came after " + last);
                }
            } else if (!Arrays.equals(before, body)) {
                faults.add(delivery.eventId() + " came with two bodies");
            }
            // Now and then the answer is lost: the event comes again. Not that of a probe or a later attempt, which
            // rightly wait for minutes then: how soon the outage is over could not be told from that.
            boolean mayBeLost = before == null && !delivery.probe() && delivery.attempt() == 1;
            return mayBeLost && random.nextInt(50) == 0
                    ? DeliveryResult.ofException(new SocketTimeoutException(), TIMEOUT)
                    : new DeliveryResult.Delivered(204);
        }

        private DeliveryResult down() {
            return switch (random.nextInt(3)) {
                case 0 -> DeliveryResult.ofException(new ConnectException(), TIMEOUT);
                case 1 -> DeliveryResult.ofStatus(503, Optional.empty());
                default -> DeliveryResult.ofException(new SocketTimeoutException(), TIMEOUT);
            };
        }
    }
}
