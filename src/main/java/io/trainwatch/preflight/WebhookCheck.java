package io.trainwatch.preflight;

import io.trainwatch.http.Clients;
import io.trainwatch.settings.WebhookFormat;
import io.trainwatch.settings.WebhookSettings;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** Whether a webhook target can be reached. Sends nothing but the TLS handshake. */
final class WebhookCheck {

    private static final String WHAT = "connection";
    /** Receivers of these check signatures; the others are somebody else's and check none. */
    private static final Set<WebhookFormat> SIGNED =
            EnumSet.of(WebhookFormat.GENERIC, WebhookFormat.CLOUDEVENTS_STRUCTURED, WebhookFormat.CLOUDEVENTS_BINARY);

    private WebhookCheck() {}

    static Check of(WebhookSettings webhook, Clients clients) {
        String subject = "webhook " + webhook.name();
        String key = "trainwatch.webhook." + webhook.name();
        try {
            Connection connection =
                    Connection.open(clients, Clients.webhook(webhook.name()), webhook.url(), webhook.publicOnly());
            return SIGNED.contains(webhook.format()) && webhook.secrets().isEmpty()
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
