package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.Journal;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Store;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** What one target meets is no other target's business, and is known to all nodes. */
@OnBothEngines
class LanesTest {

    private static final DeliveryResult OK = new DeliveryResult.Delivered(200);
    private static final DeliveryResult DOWN = DeliveryResult.ofStatus(503, Optional.empty());
    private static final Duration LEASE = Duration.ofSeconds(45);
    private static final DeliveryResult GONE = DeliveryResult.ofStatus(410, Optional.empty());

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private Store store;
    private Outbox outbox;
    private int published;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
        outbox = outbox("node-1", OptionalDouble.empty());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Outbox outbox(String node, OptionalDouble perSecond) {
        Map<String, WebhookTarget> targets = new HashMap<>();
        for (String name : List.of("dead", "well")) {
            targets.put(
                    name,
                    Events.target(
                            name,
                            URI.create("https://" + name + ".example/hook"),
                            Optional.empty(),
                            EnumSet.allOf(EventType.class),
                            Payload.GENERIC,
                            Map.of(),
                            new WebhookTarget.Limits(Duration.ofSeconds(15), 4, perSecond),
                            false));
        }
        return new Outbox(store, targets, new Journal(store), node, LEASE, 8, () -> 0.5, clock);
    }

    @Test
    void aTargetTakesNoMoreWorkersThanItMay() {
        publish(20);
        assertThat(names(outbox.claimDue()))
                .containsExactlyInAnyOrder("dead", "dead", "dead", "dead", "well", "well", "well", "well");
        assertThat(outbox.claimDue()).isEmpty();
    }

    @Test
    void aTargetThatHangsDoesNotHoldUpAnother() {
        publish(20);
        int delivered = 0;
        for (List<Delivery> claimed = outbox.claimDue(); !claimed.isEmpty(); claimed = outbox.claimDue()) {
            for (Delivery delivery : claimed) {
                if (delivery.target().name().equals("well")) {
                    outbox.settle(delivery, OK);
                    delivered++;
                }
            }
        }
        assertThat(delivered).isEqualTo(20);
        assertThat(outbox.underWay()).isEqualTo(4);
    }

    @Test
    void anOpenTargetGetsOneProbeAtATimeFromAllNodesTogether() {
        publish(30);
        failUntilOpen();
        assertThat(claimDead(outbox)).isEmpty();

        clock.advance(Duration.ofSeconds(5));
        Outbox other = outbox("node-2", OptionalDouble.empty());
        Delivery probe = claimDead(other).get(0);
        assertThat(probe.probe()).isTrue();
        assertThat(claimDead(outbox)).as("the probe is under way elsewhere").isEmpty();
        for (int i = 0; i < 4; i++) {
            clock.advance(LEASE.dividedBy(2));
            other.extendLeases();
            assertThat(claimDead(outbox)).as("it still is").isEmpty();
        }
        other.settle(probe, DOWN);
        clock.advance(Duration.ofSeconds(9));
        assertThat(claimDead(outbox)).as("the next one waits longer").isEmpty();
        clock.advance(Duration.ofSeconds(1));
        outbox.settle(claimDead(outbox).get(0), OK);
        assertThat(claimDead(outbox)).as("what failed before is due at once").hasSize(4);
        assertThat(outbox.targetStates()).extracting(TargetState::status).containsOnly(TargetState.Status.CLOSED);
    }

    @Test
    void oneEventThatIsAlwaysRefusedDoesNotKeepATargetOpen() {
        publish(30);
        failUntilOpen();
        clock.advance(Duration.ofSeconds(5));
        Delivery refused = claimDead(outbox).get(0);
        outbox.settle(refused, DOWN);
        clock.advance(Duration.ofSeconds(10));
        Delivery next = claimDead(outbox).get(0);
        assertThat(next.eventId()).as("another event").isNotEqualTo(refused.eventId());
        outbox.settle(next, OK);
        assertThat(outbox.targetStates()).extracting(TargetState::status).containsOnly(TargetState.Status.CLOSED);
    }

    @Test
    void theStateOutlivesARestart() {
        publish(30);
        failUntilOpen();
        Outbox restarted = outbox("node-3", OptionalDouble.empty());
        assertThat(claimDead(restarted)).isEmpty();
        assertThat(restarted.targetStates())
                .extracting(TargetState::name, TargetState::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("dead", TargetState.Status.OPEN),
                        org.assertj.core.groups.Tuple.tuple("well", TargetState.Status.CLOSED));
    }

    @Test
    void aDayOfOutageKillsNoEventAndEachArrivesInOrderAfterwards() {
        publish(200);
        long end = clock.millis() + Duration.ofHours(24).toMillis();
        while (clock.millis() < end) {
            for (Delivery delivery : outbox.claimDue()) {
                outbox.settle(delivery, delivery.target().name().equals("dead") ? DOWN : OK);
            }
            clock.advance(Duration.ofSeconds(30));
        }
        assertThat(column("select distinct status from delivery where target = 'dead'"))
                .containsExactly("pending");
        Map<String, Long> lastOfJob = new HashMap<>();
        Set<String> delivered = new HashSet<>();
        clock.advance(Duration.ofMinutes(6));
        for (List<Delivery> claimed = outbox.claimDue(); !claimed.isEmpty(); claimed = outbox.claimDue()) {
            for (Delivery delivery : claimed) {
                assertThat(delivery.eventSeq()).isGreaterThan(lastOfJob.getOrDefault(delivery.job(), 0L));
                lastOfJob.put(delivery.job(), delivery.eventSeq());
                delivered.add(delivery.eventId());
                outbox.settle(delivery, OK);
            }
        }
        assertThat(delivered).hasSize(200);
        assertThat(column("select distinct status from delivery")).containsExactly("delivered");
    }

    @Test
    void aTargetThatIsGoneGetsNothingMoreUntilItIsEnabled() {
        publish(3);
        Delivery first = claimDead(outbox).get(0);
        outbox.settle(first, GONE);
        clock.advance(Duration.ofDays(30));
        assertThat(claimDead(outbox)).isEmpty();
        assertThat(column("select action from journal order by id")).contains("WEBHOOK_FAILED", "WEBHOOK_DISABLED");

        Undelivered undelivered = new Undelivered(store, new Journal(store), clock);
        assertThat(undelivered.list(Undelivered.State.DEAD, 10)).isEmpty();
        assertThat(undelivered.enable("dead", Undelivered.Wish.OF_COMMAND)).isTrue();
        assertThat(undelivered.enable("dead", Undelivered.Wish.OF_COMMAND)).isFalse();
        assertThat(column("select action from journal order by id")).containsOnlyOnce("WEBHOOK_ENABLED");
        assertThat(claimDead(outbox))
                .as("what the target refused when it was gone, too")
                .extracting(Delivery::eventId)
                .contains(first.eventId())
                .hasSize(3);
    }

    @Test
    void anEventThatIsReplayedHasTheSameIdAndBytes() {
        publish(1);
        List<Delivery> first = outbox.claimDue();
        first.forEach(delivery -> outbox.settle(delivery, OK));
        Undelivered undelivered = new Undelivered(store, new Journal(store), clock);
        assertThat(undelivered.replay("evt_unknown", Undelivered.Wish.OF_COMMAND))
                .isEmpty();
        assertThat(undelivered.replay(first.get(0).eventId(), Undelivered.Wish.OF_COMMAND))
                .containsExactlyInAnyOrder("dead", "well");
        assertThat(outbox.claimDue())
                .extracting(Delivery::eventId, Delivery::body)
                .containsOnly(org.assertj.core.groups.Tuple.tuple(
                        first.get(0).eventId(), first.get(0).body()));
        assertThat(column("select action from journal order by id"))
                .filteredOn("WEBHOOK_REPLAYED"::equals)
                .hasSize(2);
    }

    @Test
    void whatWaitsForAnEventOfItsJobIsDueBehindItsReplay() {
        publish(1);
        published = 40; // the same job again
        publish(1);
        Delivery failing = claimDead(outbox).get(0);
        outbox.settle(failing, DOWN);
        assertThat(claimDead(outbox)).as("it waits with the one before it").isEmpty();
        new Undelivered(store, new Journal(store), clock).replay(failing.eventId(), Undelivered.Wish.OF_COMMAND);
        List<Delivery> again = claimDead(outbox);
        assertThat(again).extracting(Delivery::eventId).containsExactly(failing.eventId());
        again.forEach(delivery -> outbox.settle(delivery, OK));
        assertThat(claimDead(outbox)).hasSize(1);
    }

    @Test
    void aRateBoundsAllNodesTogether() {
        Outbox one = outbox("node-1", OptionalDouble.of(2));
        Outbox two = outbox("node-2", OptionalDouble.of(2));
        publish(40);
        int sent = 0;
        for (int tick = 0; tick < 20; tick++) {
            for (Outbox node : List.of(one, two)) {
                for (Delivery delivery : node.claimDue()) {
                    sent += delivery.target().name().equals("well") ? 1 : 0;
                    node.settle(delivery, OK);
                }
            }
            clock.advance(Duration.ofMillis(500));
        }
        assertThat(sent).as("in 10 s, with a second's worth saved up").isBetween(20, 22);
    }

    private void failUntilOpen() {
        int failed = 0;
        while (failed < TargetState.OPENS_AFTER) {
            for (Delivery delivery : outbox.claimDue()) {
                boolean dead = delivery.target().name().equals("dead");
                outbox.settle(delivery, dead ? DOWN : OK);
                failed += dead ? 1 : 0;
            }
        }
        for (Delivery rest : outbox.claimDue()) {
            outbox.settle(rest, OK);
        }
    }

    private List<Delivery> claimDead(Outbox node) {
        List<Delivery> dead = new ArrayList<>();
        for (Delivery delivery : node.claimDue()) {
            if (delivery.target().name().equals("dead")) {
                dead.add(delivery);
            } else {
                node.settle(delivery, OK);
            }
        }
        return dead;
    }

    private void publish(int events) {
        for (int i = 0; i < events; i++) {
            String job = "job-" + published % 40;
            String id = Event.id("acme", "bots", job, 1, "event-" + published++);
            Event event = Events.event(
                    job,
                    "bots",
                    null,
                    0d,
                    null,
                    0d,
                    0d,
                    Map.of(),
                    id,
                    EventType.JOB_BREACHED,
                    "acme",
                    null,
                    null,
                    clock.instant(),
                    null);
            store.transaction(handle -> outbox.publish(handle, "acme:bots/" + job, event, clock.instant()));
        }
    }

    private static List<String> names(List<Delivery> deliveries) {
        return deliveries.stream().map(delivery -> delivery.target().name()).toList();
    }

    private List<String> column(String sql) {
        return store.read(handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
