package io.trainwatch.settings;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * One receiver of events.
 *
 * @param name 1 to 64 letters, digits, {@code _} or {@code -}
 * @param secret {@code whsec_} and the base64 of 24 to 64 bytes; empty where events go unsigned
 * @param events the types of events that it gets, such as {@code job.completed}; never empty
 */
public record WebhookSettings(String name, URI url, Optional<Secret> secret, Set<String> events) {

    public WebhookSettings {
        events = Set.copyOf(events);
    }
}
