package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.Journal;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Rows;
import io.trainwatch.store.Store;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@OnBothEngines
class OldEventsTest {

    private static final Duration RETENTION = Duration.ofDays(90);
    private static final DeliveryResult OK = new DeliveryResult.Delivered(200);

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private Store store;
    private Outbox outbox;
    private OldEvents oldEvents;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
        outbox = new Outbox(
                store,
                Map.of("ci", target("ci"), "chat", target("chat")),
                new Journal(store),
                "node-1",
                Duration.ofSeconds(30),
                1_000,
                () -> 0.5,
                clock);
        oldEvents = new OldEvents(store, RETENTION, clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static WebhookTarget target(String name) {
        return Events.target(
                name,
                URI.create("https://" + name + ".example/hook"),
                Optional.empty(),
                EnumSet.allOf(EventType.class));
    }

    @Test
    void whatAllTargetsHaveIsForgottenAfterTheRetention() {
        for (int i = 0; i < 450; i++) {
            publish("job-" + i);
        }
        outbox.claimDue().forEach(delivery -> outbox.settle(delivery, OK));
        clock.advance(RETENTION);
        oldEvents.forget();
        assertThat(events()).as("not older than the retention yet").hasSize(450);
        clock.advance(Duration.ofMillis(1));
        publish("young");
        oldEvents.forget();
        assertThat(events()).containsExactly(id("young"));
        assertThat(Rows.count(store, "delivery")).isEqualTo(2);
    }

    @Test
    void manyThatAreKeptDoNotHideThoseThatAreNot() {
        for (int i = 0; i < 300; i++) {
            publish("kept-" + i);
        }
        store.transaction(handle -> handle.execute("update delivery set status = 'dead'"));
        publish("old");
        outbox.claimDue().forEach(delivery -> outbox.settle(delivery, OK));
        clock.advance(RETENTION.plusDays(1));
        oldEvents.forget();
        assertThat(events()).hasSize(300).doesNotContain(id("old"));
    }

    @Test
    void whatATargetDoesNotHaveIsKept() {
        publish("half");
        publish("dead");
        publish("none");
        for (Delivery delivery : outbox.claimDue()) {
            if (delivery.job().equals(id("dead"))) {
                outbox.settle(delivery, OK);
            } else if (delivery.job().equals(id("half"))
                    && delivery.target().name().equals("ci")) {
                outbox.settle(delivery, OK);
            }
        }
        store.transaction(handle ->
                handle.execute("update delivery set status = 'dead' where target = 'ci' and job = ?", id("dead")));
        clock.advance(RETENTION.multipliedBy(10));
        oldEvents.forget();
        assertThat(events()).containsExactly(id("half"), id("dead"), id("none"));
        assertThat(Rows.count(store, "delivery")).isEqualTo(6);
    }

    @Test
    void whatIsSentAgainIsKeptFromThenOn() {
        publish("again");
        outbox.claimDue().forEach(delivery -> outbox.settle(delivery, OK));
        clock.advance(RETENTION.plusDays(1));
        new Undelivered(store, new Journal(store), clock)
                .replay(Event.id("acme", "bots", "again", 1, "ended"), Undelivered.Wish.OF_COMMAND);
        oldEvents.forget();
        assertThat(events()).hasSize(1);
        outbox.claimDue().forEach(delivery -> outbox.settle(delivery, OK));
        oldEvents.forget();
        assertThat(events()).as("its retention begins when the targets have it").hasSize(1);
        clock.advance(RETENTION.plusDays(1));
        oldEvents.forget();
        assertThat(events()).isEmpty();
    }

    @Test
    void whatWasToldOfAJobThatIsStillWatchedIsKept() {
        store.transaction(handle -> {
            handle.execute("insert into project (id, tenant, project_id) values ('acme:bots', 'acme', 'bots')");
            return handle.execute("insert into job (id, tenant, project_id, job_id, epoch, phase, observed,"
                    + " watched_since, next_poll_at, due_why)"
                    + " values ('acme:bots/long', 'acme', 'bots', 'long', 1, 'WATCHING', '{}', 0, 0, 'FIRST_LOOK')");
        });
        publish("long");
        outbox.claimDue().forEach(delivery -> outbox.settle(delivery, OK));
        clock.advance(RETENTION.plusDays(1));
        oldEvents.forget();
        assertThat(events()).hasSize(1);
        store.transaction(handle -> handle.execute("update job set phase = 'ENDED'"));
        oldEvents.forget();
        assertThat(events()).isEmpty();
    }

    private void publish(String job) {
        Event event = Events.event(
                job,
                "bots",
                "COMPLETED",
                100d,
                clock.instant(),
                null,
                null,
                Map.of(),
                Event.id("acme", "bots", job, 1, "ended"),
                EventType.JOB_COMPLETED,
                "acme",
                null,
                clock.instant(),
                clock.instant(),
                null);
        store.transaction(handle -> outbox.publish(handle, id(job), event, clock.instant()));
    }

    private static String id(String job) {
        return "acme:bots/" + job;
    }

    private List<String> events() {
        return store.read(handle -> handle.createQuery("select job from event order by seq")
                .mapTo(String.class)
                .list());
    }
}
