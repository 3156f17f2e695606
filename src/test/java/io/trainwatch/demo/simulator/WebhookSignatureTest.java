package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The vector is the one that public Standard Webhooks libraries use; OpenSSL computes the same signature. */
class WebhookSignatureTest {

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIMESTAMP = "1614265330";
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String GOOD = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final Instant SENT = Instant.ofEpochSecond(1614265330);

    private final WebhookSignature signature = new WebhookSignature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    @Test
    void acceptsAPublishedVector() {
        assertThat(check(ID, TIMESTAMP, GOOD, BODY, SENT)).isEqualTo(SignatureCheck.VALID);
    }

    @Test
    void acceptsOneGoodSignatureAmongOthers() {
        String several = "v1,AAAA v2,whatever " + GOOD + " v1a,more";

        assertThat(check(ID, TIMESTAMP, several, BODY, SENT)).isEqualTo(SignatureCheck.VALID);
    }

    @Test
    void refusesWhatWasChanged() {
        assertThat(check(ID + "x", TIMESTAMP, GOOD, BODY, SENT)).isEqualTo(SignatureCheck.MISMATCH);
        assertThat(check(ID, "1614265331", GOOD, BODY, SENT)).isEqualTo(SignatureCheck.MISMATCH);
        assertThat(check(ID, TIMESTAMP, GOOD, BODY + " ", SENT)).isEqualTo(SignatureCheck.MISMATCH);
        assertThat(check(ID, TIMESTAMP, GOOD.replace("v1,", "v2,"), BODY, SENT)).isEqualTo(SignatureCheck.MISMATCH);
        assertThat(check(ID, TIMESTAMP, GOOD.substring(3), BODY, SENT)).isEqualTo(SignatureCheck.MISMATCH);
        assertThat(check(ID, TIMESTAMP, "v1,", BODY, SENT)).isEqualTo(SignatureCheck.MISMATCH);
    }

    @Test
    void toleratesFiveMinutesAndNoMore() {
        assertThat(check(ID, TIMESTAMP, GOOD, BODY, SENT.plusSeconds(300))).isEqualTo(SignatureCheck.VALID);
        assertThat(check(ID, TIMESTAMP, GOOD, BODY, SENT.plusSeconds(301))).isEqualTo(SignatureCheck.TOO_OLD);
        assertThat(check(ID, TIMESTAMP, GOOD, BODY, SENT.minusSeconds(300))).isEqualTo(SignatureCheck.VALID);
        assertThat(check(ID, TIMESTAMP, GOOD, BODY, SENT.minusSeconds(301))).isEqualTo(SignatureCheck.TOO_NEW);
    }

    @Test
    void saysWhatIsMissingOrUnreadable() {
        assertThat(check(null, TIMESTAMP, GOOD, BODY, SENT)).isEqualTo(SignatureCheck.HEADER_MISSING);
        assertThat(check(ID, " ", GOOD, BODY, SENT)).isEqualTo(SignatureCheck.HEADER_MISSING);
        assertThat(check(ID, TIMESTAMP, null, BODY, SENT)).isEqualTo(SignatureCheck.HEADER_MISSING);
        assertThat(check(ID, "now", GOOD, BODY, SENT)).isEqualTo(SignatureCheck.TIMESTAMP_UNREADABLE);
        assertThat(check(ID, "99999999999999999999", GOOD, BODY, SENT)).isEqualTo(SignatureCheck.TIMESTAMP_UNREADABLE);
    }

    @Test
    void wantsASecretOfTheStandardForm() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WebhookSignature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        assertThatIllegalArgumentException().isThrownBy(() -> new WebhookSignature("whsec_???"));
    }

    @Test
    void drawsASecretFromTheSeed() {
        assertThat(WebhookSignature.secretOf(3))
                .isEqualTo(WebhookSignature.secretOf(3))
                .startsWith("whsec_");
        assertThat(WebhookSignature.secretOf(3)).isNotEqualTo(WebhookSignature.secretOf(4));
    }

    private SignatureCheck check(String id, String timestamp, String signatures, String body, Instant now) {
        return signature.check(id, timestamp, signatures, body.getBytes(StandardCharsets.UTF_8), now);
    }
}
