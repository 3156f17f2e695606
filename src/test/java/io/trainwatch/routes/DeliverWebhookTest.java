package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.StoreBeingOpened;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.ReceiverOptions;
import io.trainwatch.demo.simulator.SignatureCheck;
import io.trainwatch.demo.simulator.WebhookReceiver;
import io.trainwatch.http.RawServer;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.webhook.Event;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Events;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real routes, from the store to receivers on this machine. */
class DeliverWebhookTest {

    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private WebhookReceiver well;
    private WebhookReceiver hanging;
    private WebhookReceiver inside;
    private RawServer odd;
    private RawServer teams;
    private DefaultCamelContext context;
    private Store store;

    @BeforeEach
    void start() throws Exception {
        well = WebhookReceiver.start(ReceiverOptions.defaults());
        hanging = WebhookReceiver.start(ReceiverOptions.defaults().hangFor(Duration.ofSeconds(20)));
        inside = WebhookReceiver.start(ReceiverOptions.defaults());
        odd = RawServer.answering("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n");
        teams = RawServer.answering(RawServer.response(
                "200 OK",
                "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"));
        Map<String, String> properties = new HashMap<>();
        properties.put("trainwatch.webhook.odd.url", odd.url());
        properties.put("trainwatch.webhook.teams.url", teams.url());
        properties.put("trainwatch.webhook.teams.format", "teams");
        properties.put("trainwatch.webhook.customer.url", inside.url().toString());
        properties.put("trainwatch.webhook.customer.public-only", "true");
        properties.put("trainwatch.tenant.acme.base-url", "http://127.0.0.1:1/api");
        properties.put("trainwatch.webhook.well.url", well.url() + "?k=v");
        properties.put("trainwatch.webhook.well.secret", well.secret());
        properties.put("trainwatch.webhook.well.format", "cloudevents-binary");
        properties.put("trainwatch.webhook.well.headers", "X-Team: ml");
        properties.put("trainwatch.webhook.hanging.url", hanging.url().toString());
        properties.put("trainwatch.webhook.hanging.timeout", "300ms");
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("store.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        Settings settings = TrainwatchSettings.read(Sources.of(properties));
        context = new DefaultCamelContext();
        context.getRegistry().bind("settings", settings);
        context.getRegistry().bind("store", new StoreBeingOpened(settings));
        context.start();
        // A store of its own, as another process would have.
        store = settings.get(StoreSettings.STORE).open();
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        context.close();
        well.close();
        hanging.close();
        inside.close();
        odd.close();
        teams.close();
    }

    @Test
    void eachTargetGetsItsFormatInItsOwnTime() {
        hanging.faults().injectNext(io.trainwatch.demo.simulator.DeliveryFault.HANG, 10);
        for (int i = 0; i < 20; i++) {
            publish("job-" + i);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> well.counts().accepted() == 20);
        Delivery delivery = well.deliveries().get(0);
        assertThat(delivery.signature()).isEqualTo(SignatureCheck.VALID);
        assertThat(delivery.headers())
                .containsEntry("x-team", "ml")
                .containsEntry("ce-specversion", "1.0")
                .containsEntry("content-type", "application/json");
        await().atMost(Duration.ofSeconds(15)).until(() -> count("target = 'hanging' and last_error is not null") > 0);
        await().atMost(Duration.ofSeconds(10)).until(() -> count("target = 'well' and status = 'delivered'") == 20);
    }

    @Test
    void aTargetThatMayOnlyBePublicIsNotReachedOnThisMachine() {
        publish("job-1");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> count("target = 'customer' and last_error like '%not public%'") == 1);
        assertThat(inside.counts().received()).isZero();
    }

    @Test
    void a2xxIsTakenWhateverFollowsButForTeamsThatTellsOfAFailure() {
        publish("job-1");
        await().atMost(Duration.ofSeconds(10)).until(() -> count("target = 'odd' and status = 'delivered'") == 1);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> count("target = 'teams' and last_error like 'answered 200, and: Webhook message%'") == 1);
    }

    private void publish(String job) {
        Event event = Events.event(
                job,
                "bots",
                "FAILED",
                50d,
                AT,
                1d,
                1d,
                Map.of(),
                Event.id("acme", "bots", job, 1, "ended"),
                EventType.JOB_FAILED,
                "acme",
                null,
                AT,
                AT,
                null);
        TrainwatchBeans beans = context.getRegistry().findSingleByType(TrainwatchBeans.class);
        store.transaction(handle -> beans.outbox().publish(handle, "acme:bots/" + job, event, AT));
    }

    private long count(String condition) {
        return store.read(handle -> handle.createQuery("select count(*) from delivery where " + condition)
                .mapTo(Long.class)
                .one());
    }
}
