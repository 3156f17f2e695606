package io.trainwatch.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.signing.KeyForm;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignatureTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /** The example of the Standard Webhooks specification; Python's hmac.new gives the same. */
    @Test
    void signsAsTheSpecificationDoes() {
        WebhookTarget.Signature signature = new WebhookTarget.Signature(KeyForm.WEBHOOK.parse(SECRET));
        assertThat(signature.sign(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1_614_265_330),
                        "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
                .containsEntry("webhook-timestamp", "1614265330")
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aSecretIsNeverShown() {
        assertThat(KeyForm.WEBHOOK.parse(SECRET).get(0)).hasToString("***");
        assertThatThrownBy(() -> KeyForm.WEBHOOK.parse("whsec_not-base64!"))
                .hasMessageContaining("base64")
                .hasMessageNotContaining("not-base64!");
        assertThatThrownBy(() -> KeyForm.WEBHOOK.parse("hunter2")).hasMessageNotContaining("hunter2");
    }
}
