package io.trainwatch;

import io.trainwatch.settings.WebhookSettings;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Signature;
import io.trainwatch.webhook.WebhookSecret;
import io.trainwatch.webhook.WebhookTarget;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes webhook targets of their settings. */
final class Targets {

    private Targets() {}

    static WebhookTarget of(String name, WebhookSettings settings) {
        return new WebhookTarget(
                name,
                settings.url(),
                settings.secret().map(secret -> new Signature(WebhookSecret.parse(secret.reveal()))),
                events(settings));
    }

    private static Set<EventType> events(WebhookSettings settings) {
        return settings.events().stream().map(EventType::ofWireName).collect(Collectors.toSet());
    }
}
