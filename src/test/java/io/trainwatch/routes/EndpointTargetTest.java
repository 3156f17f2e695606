package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trainwatch.StoreBeingOpened;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.SettingsException;
import io.trainwatch.settings.Sources;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.webhook.Event;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Events;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that go to a route of the host in place of a URL. */
class EndpointTargetTest {

    private static final int JOBS = 4;
    private static final int EVENTS = 3;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final List<Taken> tried = new CopyOnWriteArrayList<>();
    private Store store;

    private record Taken(String job, String id, String body, Map<String, Object> headers) {
        static Taken of(Exchange exchange) {
            Map<String, Object> headers = exchange.getMessage().getHeaders();
            return new Taken(
                    (String) headers.get("trainwatch-job"),
                    (String) headers.get("webhook-id"),
                    exchange.getMessage().getBody(String.class),
                    Map.copyOf(headers));
        }
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        if (store != null) {
            store.close();
        }
    }

    @Test
    void eachEventIsTakenInTheOrderOfItsJobByARouteThatThrowsEveryThirdTime() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:trainings").process(exchange -> {
                    tried.add(Taken.of(exchange));
                    assertThat(exchange.getVariables()).isEmpty();
                    if (calls.incrementAndGet() % 3 == 0) {
                        throw new IllegalStateException("every third");
                    }
                    taken.add(Taken.of(exchange));
                });
            }
        });
        start("direct:trainings");
        List<String> published = new ArrayList<>();
        for (int event = 1; event <= EVENTS; event++) {
            for (int job = 1; job <= JOBS; job++) {
                published.add(publish("job-" + job, event));
            }
        }
        delivered(JOBS * EVENTS);
        assertThat(tried).hasSizeGreaterThan(taken.size());
        for (int job = 1; job <= JOBS; job++) {
            String key = "acme:bots/job-" + job;
            assertThat(taken.stream()
                            .filter(event -> event.job().equals(key))
                            .map(Taken::id)
                            .distinct())
                    .containsExactlyElementsOf(published.stream()
                            .filter(id -> published.indexOf(id) % JOBS == Integer.parseInt(key.substring(14)) - 1)
                            .toList());
        }
        Map<String, List<Taken>> byId = tried.stream().collect(Collectors.groupingBy(Taken::id));
        assertThat(byId.values())
                .allSatisfy(tries ->
                        assertThat(tries.stream().map(Taken::body).distinct()).hasSize(1));
        assertThat(taken.get(0).headers())
                .containsKeys("webhook-signature", "webhook-timestamp")
                .containsEntry("trainwatch-event-type", "job.failed")
                .containsEntry("Content-Type", "application/json");
    }

    @Test
    void aFailureThatTheRouteHandlesIsItsOwn() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class).handled(true);
                from("direct:trainings").process(exchange -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("handled");
                });
            }
        });
        start("direct:trainings");
        publish("job-1", 1);
        delivered(1);
        assertThat(calls).hasValue(1);
    }

    @Test
    void anEndpointThatCannotBeMadeIsRefusedAtTheStart() {
        assertThatThrownBy(() -> start("kafcar:trainings"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("trainwatch.webhook.ops.endpoint: no endpoint can be made of it");
    }

    private void start(String endpoint) throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put("trainwatch.tenant.acme.base-url", "http://127.0.0.1:1/api");
        properties.put("trainwatch.webhook.ops.endpoint", endpoint);
        properties.put("trainwatch.webhook.ops.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("store.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        Settings settings = TrainwatchSettings.read(Sources.of(properties));
        context.getRegistry().bind("trainwatchSettings", settings);
        context.getRegistry().bind("trainwatchStore", new StoreBeingOpened(settings));
        context.getRegistry().bind("trainwatchClock", clock);
        context.start();
        store = settings.get(StoreSettings.STORE).open(); // a store of its own, as another process would have
    }

    private String publish(String job, int number) {
        Event event = Events.event(
                job,
                "bots",
                "FAILED",
                50d,
                clock.instant(),
                1d,
                1d,
                Map.of(),
                Event.id("acme", "bots", job, number, "ended"),
                EventType.JOB_FAILED,
                "acme",
                null,
                clock.instant(),
                clock.instant(),
                null);
        TrainwatchBeans beans = context.getRegistry().findSingleByType(TrainwatchBeans.class);
        store.transaction(handle -> beans.outbox().publish(handle, "acme:bots/" + job, event, clock.instant()));
        return event.eventId();
    }

    /** Lets the clock run a hundred times as fast as the real one meanwhile. */
    private void delivered(long count) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    clock.advance(Duration.ofSeconds(5));
                    return store.read(handle -> handle.createQuery(
                                            "select count(*) from delivery where status = 'delivered'")
                                    .mapTo(Long.class)
                                    .one())
                            == count;
                });
    }
}
