package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.trainwatch.audit.Journal;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Store;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.slf4j.LoggerFactory;

@OnBothEngines
class OutboxTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final DeliveryResult OK = new DeliveryResult.Delivered(200);
    private static final DeliveryResult DOWN = DeliveryResult.ofStatus(503, Optional.empty());

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private Store store;
    private Outbox outbox;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
        outbox = outbox("node-1", "ci");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Outbox outbox(String node, String... targets) {
        return outbox(node, 1_000, () -> 0.5, targets);
    }

    private Outbox outbox(String node, int workers, DoubleSupplier random, String... targets) {
        Map<String, WebhookTarget> byName = new HashMap<>();
        for (String name : targets) {
            byName.put(name, target(name, EnumSet.allOf(EventType.class)));
        }
        return new Outbox(store, byName, new Journal(store), node, LEASE, workers, random, clock);
    }

    private static WebhookTarget target(String name, Set<EventType> events) {
        return Events.target(name, URI.create("https://" + name + ".example/hook"), Optional.empty(), events);
    }

    @Test
    void anEventIsDueAtOnceAndIsDeliveredOnce() {
        publish("job-1", "ended");
        Delivery delivery = only(outbox.claimDue());
        assertThat(delivery.attempt()).isEqualTo(1);
        outbox.settle(delivery, OK);

        clock.advance(Duration.ofDays(30));
        assertThat(outbox.claimDue()).isEmpty();
        assertThat(statuses()).containsExactly("delivered");
        assertThat(told()).containsExactly("WEBHOOK_DELIVERED");
        assertThat(outbox.unsettled(List.of(id("job-1")))).isEmpty();
    }

    @Test
    void anEventIsThereOnceHoweverOftenItIsPublished() {
        assertThat(publish("job-1", "ended")).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(publish("job-1", "ended")).isFalse();
        assertThat(statuses()).hasSize(1);
    }

    @Test
    void anEventIsNotThereWhereItsTransactionWasNotCommitted() {
        try {
            store.transaction(handle -> {
                outbox.publish(handle, id("job-1"), event("job-1", "ended"), clock.instant());
                throw new IllegalStateException("something else failed");
            });
        } catch (IllegalStateException e) {
            assertThat(outbox.claimDue()).isEmpty();
        }
        assertThat(publish("job-1", "ended")).isTrue();
    }

    @Test
    void aTargetGetsTheTypesThatItWants() {
        Outbox choosy = new Outbox(
                store,
                Map.of(
                        "all",
                        target("all", EnumSet.allOf(EventType.class)),
                        "failures",
                        target("failures", Set.of(EventType.JOB_FAILED))),
                new Journal(store),
                "node-1",
                LEASE,
                10,
                () -> 0.5,
                clock);
        store.transaction(handle -> choosy.publish(handle, id("job-1"), event("job-1", "ended"), clock.instant()));
        assertThat(only(choosy.claimDue()).target().name()).isEqualTo("all");
    }

    @Test
    void theEventsOfOneJobReachATargetInOrder() {
        publish("job-1", "first");
        publish("job-1", "second");
        publish("job-1", "third");
        for (String expected : List.of("first", "second", "third")) {
            Delivery delivery = only(outbox.claimDue());
            assertThat(delivery.eventId()).isEqualTo(eventId("job-1", expected));
            outbox.settle(delivery, OK);
        }
    }

    @Test
    void anEventThatWaitsHoldsUpTheLaterOnesOfItsJobAndTargetOnly() {
        outbox = outbox("node-1", "ci", "chat");
        publish("job-1", "first");
        publish("job-1", "second");
        publish("job-2", "first");
        List<Delivery> claimed = outbox.claimDue();
        assertThat(claimed).hasSize(4);
        for (Delivery delivery : claimed) {
            boolean refused =
                    delivery.target().name().equals("ci") && delivery.job().equals(id("job-1"));
            outbox.settle(delivery, refused ? DOWN : OK);
        }
        assertThat(only(outbox.claimDue())).satisfies(next -> {
            assertThat(next.target().name()).isEqualTo("chat");
            assertThat(next.eventId()).isEqualTo(eventId("job-1", "second"));
        });
        clock.advance(Duration.ofSeconds(5));
        assertThat(only(outbox.claimDue()).eventId()).isEqualTo(eventId("job-1", "first"));
    }

    @Test
    void aTargetThatRefusesEverythingIsALineAndOneThatItTakesNothing() {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        Logger logger = (Logger) LoggerFactory.getLogger("io.trainwatch.faults");
        logger.addAppender(logged);
        for (int i = 0; i < 50; i++) {
            publish("job-" + i, "ended");
        }
        outbox.claimDue().forEach(delivery -> outbox.settle(delivery, DOWN));
        logger.detachAppender(logged);
        assertThat(logged.list).hasSize(2);
        assertThat(logged.list.get(0).getFormattedMessage())
                .startsWith("The delivery to ci fails: event ")
                .contains("(attempt 1): answered 503; next attempt in ");
        assertThat(logged.list.get(1).getFormattedMessage())
                .startsWith("Target ci fails: it takes nothing (10 attempts in a row failed)");
    }

    @Test
    void aDeadEventHoldsUpNothing() {
        publish("job-1", "first");
        publish("job-1", "second");
        for (int attempt = 1; attempt <= 8; attempt++) {
            outbox.settle(only(outbox.claimDue()), DOWN);
            clock.advance(Duration.ofHours(attempt < 8 ? 12 : 0));
        }
        assertThat(only(outbox.claimDue()).eventId()).isEqualTo(eventId("job-1", "second"));
    }

    @Test
    void aRefusedEventIsTriedOnScheduleAndIsDeadAfterTheEighthTime() {
        publish("job-1", "ended");
        List<Long> seconds = new ArrayList<>();
        for (int attempt = 1; attempt <= 8; attempt++) {
            Delivery delivery = only(outbox.claimDue());
            assertThat(delivery.attempt()).isEqualTo(attempt);
            outbox.settle(delivery, DOWN);
            if (attempt < 8) {
                seconds.add(waitForNext());
            }
        }
        assertThat(seconds).containsExactly(5L, 300L, 1_800L, 7_200L, 18_000L, 36_000L, 36_000L);
        assertThat(statuses()).containsExactly("dead");
        assertThat(told()).hasSize(8).endsWith("WEBHOOK_FAILED", "WEBHOOK_DEAD");
        assertThat(outbox.unsettled(List.of(id("job-1")))).singleElement().satisfies(dead -> {
            assertThat(dead.isDead()).isTrue();
            assertThat(dead.attempts()).isEqualTo(8);
            assertThat(dead.lastError()).isEqualTo("answered 503");
        });
        clock.advance(Duration.ofDays(365));
        assertThat(outbox.claimDue()).isEmpty();
    }

    @Test
    void theWaitsVaryByAFifth() {
        Random random = new Random(3);
        Outbox jittery = outbox("node-1", 1_000, random::nextDouble, "ci");
        for (int i = 0; i < 100; i++) {
            publish("job-" + i, "ended");
        }
        jittery.claimDue().forEach(delivery -> jittery.settle(delivery, DOWN));
        List<Long> waits = store.read(handle -> handle.createQuery("select next_attempt_at from delivery")
                .mapTo(Long.class)
                .map(next -> next - clock.millis())
                .list());
        assertThat(waits).hasSize(100).allSatisfy(wait -> assertThat(wait).isBetween(4_000L, 6_000L));
        assertThat(waits.stream().distinct().count()).isGreaterThan(80);
    }

    @Test
    void theTargetsWishForALongerWaitIsGrantedUpToADay() {
        publish("job-1", "ended");
        outbox.settle(only(outbox.claimDue()), DeliveryResult.ofStatus(429, Optional.of(Duration.ofSeconds(90))));
        assertThat(waitForNext()).isEqualTo(90);
        outbox.settle(only(outbox.claimDue()), DeliveryResult.ofStatus(429, Optional.of(Duration.ofDays(9))));
        assertThat(waitForNext()).isEqualTo(86_400);
        outbox.settle(only(outbox.claimDue()), DeliveryResult.ofStatus(429, Optional.of(Duration.ofSeconds(1))));
        assertThat(waitForNext()).as("a shorter one is not").isEqualTo(1_800);
    }

    @Test
    void aTargetThatIsGoneForGoodIsNotTriedAgain() {
        publish("job-1", "ended");
        outbox.settle(only(outbox.claimDue()), DeliveryResult.ofStatus(410, Optional.empty()));
        clock.advance(Duration.ofDays(30));
        assertThat(outbox.claimDue()).isEmpty();
        assertThat(outbox.unsettled(List.of(id("job-1")))).singleElement().satisfies(delivery -> {
            assertThat(delivery.held()).isTrue();
            assertThat(delivery.isDead()).isFalse();
            assertThat(delivery.nextAttempt()).isNull();
        });
        assertThat(told()).containsExactly("WEBHOOK_FAILED", "WEBHOOK_DISABLED");
    }

    @Test
    void aTargetThatIsTakenOutOfServiceIsSentNothingAndThenAll() {
        Undelivered undelivered = new Undelivered(store, new Journal(store), clock);
        publish("job-1", "ended");
        Delivery underWay = only(outbox.claimDue());
        assertThat(undelivered.disable("ci", new Undelivered.Wish("command", "it moves")))
                .isTrue();
        assertThat(undelivered.disable("ci", Undelivered.Wish.OF_COMMAND)).isFalse();
        outbox.settle(underWay, DOWN);
        publish("job-2", "ended");
        clock.advance(Duration.ofDays(1));
        assertThat(outbox.claimDue()).isEmpty();
        assertThat(outbox.unsettled(List.of(id("job-1"), id("job-2"))))
                .hasSize(2)
                .allMatch(EventList.EventDelivery::held);
        assertThat(outbox.troubles())
                .singleElement()
                .asString()
                .startsWith("Target ci: disabled since")
                .endsWith("by hand (command: it moves)");
        assertThat(undelivered.enable("ci", Undelivered.Wish.OF_COMMAND)).isTrue();
        assertThat(outbox.claimDue()).hasSize(2);
        assertThat(told()).containsExactly("WEBHOOK_DISABLED", "WEBHOOK_FAILED", "WEBHOOK_ENABLED");
    }

    @Test
    void aTargetThatTakesNothingIsATroubleUntilItDoes() {
        publish("job-1", "ended");
        assertThat(outbox.troubles()).isEmpty();
        outbox.settle(only(outbox.claimDue()), DOWN);
        assertThat(outbox.troubles())
                .singleElement()
                .asString()
                .matches("Target \\w+: sent; the last attempt failed, since .*");
        clock.advance(Duration.ofDays(1));
        outbox.settle(only(outbox.claimDue()), OK);
        assertThat(outbox.troubles()).isEmpty();
    }

    @Test
    void aNetworkFailureIsToldWithoutTheAddress() {
        publish("job-1", "ended");
        outbox.settle(
                only(outbox.claimDue()),
                DeliveryResult.ofException(
                        new ConnectException("https://ci.example/hook?key=secret refused"), Duration.ofSeconds(15)));
        assertThat(outbox.unsettled(List.of(id("job-1"))).get(0).lastError())
                .isEqualTo("no answer: nothing listens there: connection refused");
    }

    @Test
    void aRepeatedDeliveryHasTheSameIdAndTheSameBytes() {
        publish("job-1", "ended");
        Delivery first = only(outbox.claimDue());
        outbox.settle(first, DOWN);
        waitForNext();
        Delivery second = only(outbox("node-2", "ci").claimDue());
        assertThat(second.eventId()).isEqualTo(first.eventId());
        assertThat(second.body())
                .isEqualTo(first.body())
                .isEqualTo(event("job-1", "ended").body());
    }

    @Test
    void afterACrashUnderWayItIsDeliveredAgainOnceTheLeaseIsOver() {
        publish("job-1", "ended");
        Delivery lost = only(outbox.claimDue());
        Outbox restarted = outbox("node-2", "ci");
        clock.advance(LEASE.minusMillis(1));
        assertThat(restarted.claimDue()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        Delivery again = only(restarted.claimDue());
        assertThat(again.eventId()).isEqualTo(lost.eventId());
        assertThat(again.attempt()).as("the crash is no failure of the target").isEqualTo(1);
        assertThat(again.fence()).isGreaterThan(lost.fence());
    }

    @Test
    void aDeliveryThatCannotBeReadIsSetAsideAndOnlyIt() {
        publish("job-1", "running");
        publish("job-1", "ended");
        publish("job-2", "ended");
        store.transaction(handle -> handle.execute(
                "update event set type = 'job.of-another-age' where id = ?", eventId("job-1", "running")));
        List<Delivery> claimed = new ArrayList<>(outbox.claimDue());
        claimed.addAll(outbox.claimDue());
        assertThat(claimed)
                .extracting(Delivery::eventId)
                .containsExactlyInAnyOrder(eventId("job-1", "ended"), eventId("job-2", "ended"));
        assertThat(told()).containsExactly("WEBHOOK_DEAD");
        assertThat(outbox.unsettled(List.of(id("job-1"))))
                .filteredOn(EventList.EventDelivery::isDead)
                .singleElement()
                .satisfies(dead -> assertThat(dead.lastError()).contains("cannot be read", "job.of-another-age"));
    }

    @Test
    void aTargetWhoseRowCannotBeReadIsSentNothingUntilItIsEnabledAndOthersAreSentTheirs() {
        Outbox both = outbox("node-1", "ci", "ops");
        assertThat(both.claimDue()).isEmpty();
        store.transaction(handle -> both.publish(handle, id("job-1"), event("job-1", "ended"), clock.instant()));
        store.transaction(handle -> handle.execute("update webhook_target set status = 'odd' where name = 'ci'"));
        assertThat(only(both.claimDue()).target().name()).isEqualTo("ops");
        assertThat(both.targetStates()).anyMatch(state -> state.describe().contains("the status is 'odd'"));
        assertThat(new Undelivered(store, new Journal(store), clock).enable("ci", Undelivered.Wish.OF_COMMAND))
                .isTrue();
        assertThat(only(both.claimDue()).target().name()).isEqualTo("ci");
    }

    @Test
    void anAttemptThatNobodyEndsIsMadeAgainAndSaid() {
        publish("job-1", "ended");
        Delivery held = only(outbox.claimDue());
        for (int i = 0; i < 20; i++) {
            clock.advance(LEASE.dividedBy(3));
            outbox.extendLeases();
        }
        Delivery again = only(outbox.claimDue());
        assertThat(again.eventId()).isEqualTo(held.eventId());
        assertThat(outbox.troubles()).singleElement().asString().contains("has not ended in time");
        Deliveries deliveries = new Deliveries(outbox, clock);
        deliveries.leftOver(held, null);
        assertThat(outbox.troubles()).isEmpty();
        deliveries.leftOver(again, new IllegalStateException("the gateway says no"));
        deliveries.leftOver(again, new IllegalStateException("the gateway says no"));
        assertThat(told()).containsExactly("WEBHOOK_FAILED");
        assertThat(outbox.underWay()).isZero();
    }

    @Test
    void anAttemptThatOutlastsTheLeaseStaysThatOfItsNode() {
        publish("job-1", "ended");
        Delivery slow = only(outbox.claimDue());
        Outbox other = outbox("node-2", "ci");
        for (int i = 0; i < 8; i++) {
            clock.advance(LEASE.dividedBy(2));
            outbox.extendLeases();
            assertThat(other.claimDue()).isEmpty();
        }
        assertThat(outbox.underWay()).isEqualTo(1);
        outbox.settle(slow, OK);
        assertThat(statuses()).containsExactly("delivered");
    }

    @Test
    void aDeliveryThatWasTakenOverIsNotExtended() {
        publish("job-1", "ended");
        outbox.claimDue();
        clock.advance(LEASE);
        Outbox other = outbox("node-2", "ci");
        Delivery taken = only(other.claimDue());
        outbox.extendLeases();
        clock.advance(LEASE.minusMillis(1));
        assertThat(outbox("node-3", "ci").claimDue()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(only(outbox("node-3", "ci").claimDue()).fence()).isGreaterThan(taken.fence());
    }

    @Test
    void theResultOfAStaleOwnerIsRefused() {
        publish("job-1", "ended");
        Delivery stale = only(outbox.claimDue());
        clock.advance(LEASE);
        Outbox other = outbox("node-2", "ci");
        Delivery fresh = only(other.claimDue());

        outbox.settle(stale, DeliveryResult.ofStatus(410, Optional.empty()));

        assertThat(outbox.underWay()).isZero();
        assertThat(statuses()).containsExactly("pending");
        assertThat(told()).isEmpty();
        other.settle(fresh, OK);
        assertThat(statuses()).containsExactly("delivered");
    }

    @Test
    void theDeliveriesOfATargetThatWasTakenAwayWaitUntilItIsBack() {
        outbox = outbox("node-1", "ci", "chat");
        publish("job-1", "ended");
        Outbox without = outbox("node-1", "chat");
        assertThat(only(without.claimDue()).target().name()).isEqualTo("chat");
        clock.advance(Duration.ofDays(3));
        assertThat(outbox("node-1").claimDue()).isEmpty();

        assertThat(outbox("node-1", "ci").claimDue())
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.target().name()).isEqualTo("ci"));
    }

    @Test
    void noMoreAreClaimedThanThereAreFreeWorkers() {
        for (int i = 0; i < 10; i++) {
            publish("job-" + i, "ended");
        }
        Outbox small = outbox("node-2", 3, () -> 0.5, "ci");
        List<Delivery> claimed = small.claimDue();
        assertThat(claimed).hasSize(3);
        assertThat(small.claimDue()).isEmpty();
        small.settle(claimed.get(0), OK);
        assertThat(small.claimDue()).hasSize(1);
        small.drain();
        small.settle(claimed.get(1), OK);
        assertThat(small.claimDue()).isEmpty();
    }

    @Test
    void nodesThatClaimAtTheSameTimeNeverShareADelivery() throws Exception {
        int events = 60;
        int nodes = 4;
        outbox = outbox("node-1", "ci", "chat");
        for (int i = 0; i < events; i++) {
            publish("job-" + i % 20, "event-" + i);
        }
        Map<String, AtomicInteger> sent = new ConcurrentHashMap<>();
        Map<String, Integer> lastOfJob = new ConcurrentHashMap<>();
        CyclicBarrier start = new CyclicBarrier(nodes);
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < nodes; n++) {
                Outbox one = outbox("node-of-many-" + n, 5, () -> 0.5, "ci", "chat");
                running.add(threads.submit(() -> {
                    start.await();
                    while (sent.size() < 2 * events) {
                        for (Delivery delivery : one.claimDue()) {
                            String lane = delivery.target().name() + delivery.job();
                            int number = number(delivery);
                            lastOfJob.merge(lane, number, (before, now) -> before < now ? now : Integer.MAX_VALUE);
                            sent.computeIfAbsent(delivery.key(), key -> new AtomicInteger())
                                    .incrementAndGet();
                            one.settle(delivery, OK);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(sent.values())
                .hasSize(2 * events)
                .allSatisfy(count -> assertThat(count).hasValue(1));
        assertThat(lastOfJob.values())
                .as("in order")
                .allSatisfy(last -> assertThat(last).isLessThan(events));
        assertThat(statuses()).containsOnly("delivered");
    }

    private static int number(Delivery delivery) {
        return Integer.parseInt(delivery.body().replaceAll(".*\"progress\":(\\d+).*", "$1"));
    }

    private boolean publish(String job, String transition) {
        return store.transaction(handle -> outbox.publish(handle, id(job), event(job, transition), clock.instant()));
    }

    private static Event event(String job, String transition) {
        double progress = transition.startsWith("event-") ? Double.parseDouble(transition.substring(6)) : 100;
        return Events.event(
                job,
                "bots",
                "COMPLETED",
                progress,
                SettableClock.START,
                71.25,
                60.0,
                Map.of("loss", 0.25),
                eventId(job, transition),
                EventType.JOB_COMPLETED,
                "acme",
                null,
                SettableClock.START,
                SettableClock.START,
                null);
    }

    private static String id(String job) {
        return "acme:bots/" + job;
    }

    private static String eventId(String job, String transition) {
        return Event.id("acme", "bots", job, 1, transition);
    }

    private static Delivery only(List<Delivery> deliveries) {
        assertThat(deliveries).hasSize(1);
        return deliveries.get(0);
    }

    /** Moves on to the next attempt; says how many seconds that took. */
    private long waitForNext() {
        long next = store.<Long>read(handle -> handle.createQuery("select min(next_attempt_at) from delivery")
                .mapTo(Long.class)
                .one());
        Duration wait = Duration.ofMillis(next - clock.millis());
        clock.advance(wait.minusMillis(1));
        assertThat(outbox.claimDue()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        return wait.toSeconds();
    }

    private List<String> statuses() {
        return column("select status from delivery order by event_seq, target");
    }

    private List<String> told() {
        return column("select action from journal order by id");
    }

    private List<String> column(String query) {
        return store.read(
                handle -> handle.createQuery(query).mapTo(String.class).list());
    }
}
