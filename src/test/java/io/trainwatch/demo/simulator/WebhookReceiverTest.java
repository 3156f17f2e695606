package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookReceiverTest {

    private static final String BODY = "{\"job_id\":\"intents\",\"note\":\"größer\"}";

    private final SettableClock clock = new SettableClock();
    private final ReceiverOptions options =
            ReceiverOptions.defaults().clock(clock).hangFor(Duration.ofMillis(300));
    private final WebhookReceiver receiver = WebhookReceiver.start(options);
    private final HttpCaller http = new HttpCaller();

    @AfterEach
    void stop() throws IOException {
        http.close();
        receiver.close();
    }

    @Test
    void takesASignedDeliveryAndKeepsItAsItCame() throws Exception {
        assertThat(deliver(receiver, "event-1").status()).isEqualTo(204);

        assertThat(receiver.deliveries()).singleElement().satisfies(delivery -> {
            assertThat(delivery.id()).isEqualTo("event-1");
            assertThat(delivery.at()).isEqualTo(SettableClock.START);
            assertThat(delivery.path()).isEqualTo("/webhook");
            assertThat(delivery.timestamp()).isEqualTo("" + SettableClock.START.getEpochSecond());
            assertThat(delivery.body()).isEqualTo(BODY.getBytes(StandardCharsets.UTF_8));
            assertThat(delivery.headers()).containsEntry("content-type", "application/json; charset=UTF-8");
            assertThat(delivery.signature()).isEqualTo(SignatureCheck.VALID);
            assertThat(delivery.answered()).isEqualTo(204);
            assertThat(delivery.authorized()).isFalse();
        });
    }

    @Test
    void refusesABadSignatureButKeepsTheDelivery() throws Exception {
        HttpCaller.Reply unsigned = http.postJson(receiver.url().toString(), BODY);
        HttpCaller.Reply forged = http.postJson(receiver.url().toString(), BODY, signed("event-1", BODY + "x"));
        clock.advance(Duration.ofMinutes(6));
        String[] old = signed("event-1", BODY);
        clock.advance(Duration.ofMinutes(6));
        HttpCaller.Reply late = http.postJson(receiver.url().toString(), BODY, old);

        assertThat(unsigned.status()).isEqualTo(401);
        assertThat(forged.status()).isEqualTo(401);
        assertThat(late.status()).isEqualTo(401);
        assertThat(receiver.deliveries())
                .extracting(Delivery::signature)
                .containsExactly(SignatureCheck.HEADER_MISSING, SignatureCheck.MISMATCH, SignatureCheck.TOO_OLD);
        assertThat(receiver.counts()).isEqualTo(new WebhookReceiver.Counts(3, 0, 3, 0));
    }

    @Test
    void noticesATokenThatLeaked() throws Exception {
        String[] headers = signed("event-1", BODY);
        http.postJson(
                receiver.url().toString(),
                BODY,
                headers[0],
                headers[1],
                headers[2],
                headers[3],
                headers[4],
                headers[5],
                "Authorization",
                "Bearer leaked");

        assertThat(receiver.deliveries().get(0).authorized()).isTrue();
        assertThat(receiver.counts().authorized()).isEqualTo(1);
    }

    @Test
    void takesAnyPathButNoOtherMethod() throws Exception {
        String elsewhere = receiver.url().resolve("/hooks/of/another").toString();

        assertThat(http.postJson(elsewhere, BODY, signed("event-1", BODY)).status())
                .isEqualTo(204);
        assertThat(http.get(elsewhere).status()).isEqualTo(405);
        assertThat(receiver.deliveries()).hasSize(1);
    }

    @Test
    void answersAsToldAndThenWellAgain() throws Exception {
        receiver.answerNext(503, 2);

        assertThat(deliver(receiver, "event-1").status()).isEqualTo(503);
        assertThat(deliver(receiver, "event-1").status()).isEqualTo(503);
        assertThat(deliver(receiver, "event-1").status()).isEqualTo(204);
        assertThat(receiver.deliveries()).extracting(Delivery::answered).containsExactly(503, 503, 204);
    }

    @Test
    void failsWithAProbability() throws Exception {
        receiver.faults().inject(DeliveryFault.status(500), 0.5);

        for (int i = 0; i < 60; i++) {
            deliver(receiver, "event-" + i);
        }

        assertThat(receiver.counts().received()).isEqualTo(60);
        assertThat(receiver.counts().accepted()).isBetween(15L, 45L);
    }

    @Test
    void hangs() throws Exception {
        receiver.faults().injectNext(DeliveryFault.HANG, 1);

        long before = System.nanoTime();
        assertThat(deliver(receiver, "event-1").status()).isEqualTo(204);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
    }

    @Test
    void keepsAsManyAsToldAndCountsTheRest() throws Exception {
        try (WebhookReceiver latest = WebhookReceiver.start(options.kept(2));
                WebhookReceiver none = WebhookReceiver.start(options.kept(0))) {
            for (int i = 1; i <= 3; i++) {
                deliver(latest, "event-" + i);
                deliver(none, "event-" + i);
            }

            assertThat(latest.deliveries()).extracting(Delivery::id).containsExactly("event-2", "event-3");
            assertThat(none.deliveries()).isEmpty();
            assertThat(none.counts().received()).isEqualTo(3);
        }
    }

    @Test
    void refusesABodyOfMoreThanAMegabyte() throws Exception {
        String large = "x".repeat(1024 * 1024 + 1);

        assertThat(http.postJson(receiver.url().toString(), large, signed("event-1", large))
                        .status())
                .isEqualTo(413);
        assertThat(receiver.deliveries()).isEmpty();
    }

    private HttpCaller.Reply deliver(WebhookReceiver to, String id) throws Exception {
        return http.postJson(to.url().toString(), BODY, signed(id, BODY));
    }

    /** Signs as a sender does, apart from the code under test. */
    private String[] signed(String id, String body) throws Exception {
        String timestamp = "" + clock.instant().getEpochSecond();
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = Base64.getDecoder().decode(receiver.secret().substring("whsec_".length()));
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        byte[] hmac = mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
        String signature = "v1," + Base64.getEncoder().encodeToString(hmac);
        return new String[] {"webhook-id", id, "webhook-timestamp", timestamp, "webhook-signature", signature};
    }
}
