package io.trainwatch.cli.check;

import io.trainwatch.http.Clients;
import io.trainwatch.webhook.PayloadFormat;
import io.trainwatch.webhook.WebhookTarget;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** Whether a webhook target can be reached. Sends nothing but the TLS handshake. */
final class WebhookCheck {

    private static final String WHAT = "connection";
    /** Receivers of these check signatures; the others are somebody else's and check none. */
    private static final Set<PayloadFormat> SIGNED =
            EnumSet.of(PayloadFormat.GENERIC, PayloadFormat.CLOUDEVENTS_STRUCTURED, PayloadFormat.CLOUDEVENTS_BINARY);

    private WebhookCheck() {}

    static Check of(WebhookTarget webhook, Clients clients) {
        String subject = "webhook " + webhook.name();
        String key = "trainwatch.webhook." + webhook.name();
        if (webhook.camelUri().isPresent()) {
            return Check.ok(subject, "endpoint", webhook.origin() + " gets what is sent; it is made at the start");
        }
        try {
            Connection connection =
                    Connection.open(clients, Clients.webhook(webhook.name()), webhook.url(), webhook.publicOnly());
            return SIGNED.contains(webhook.payload().format())
                            && webhook.signature().isEmpty()
                    ? Check.warning(
                            subject,
                            WHAT,
                            connection.describe() + "; events are not signed",
                            "Set " + key + ".secret, so that the receiver can tell them from others.")
                    : Check.ok(subject, WHAT, connection.describe());
        } catch (IOException e) {
            return Unreachable.check(subject, WHAT, webhook.url(), key + ".url", e);
        }
    }
}
