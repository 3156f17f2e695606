package io.trainwatch.webhook;

import java.util.Optional;

/**
 * What a target is sent.
 *
 * @param template makes the body; empty where the event goes out as it is
 * @param routingKey takes the place of {@code ${routing_key}} when the request is sent, and is never stored
 */
public record Payload(PayloadFormat format, Optional<Template> template, Optional<String> routingKey) {

    public static final Payload GENERIC = new Payload(PayloadFormat.GENERIC, Optional.empty(), Optional.empty());

    /** The body for the event, as text, but for the routing key. */
    String body(Event event) {
        return rendered(event).orElseGet(event::body);
    }

    /** What the template makes of the event; empty where the event goes out as it is. */
    Optional<String> rendered(Event event) {
        return template.map(shape -> shape.render(event, format::inMarkup));
    }

    /** Does not show the routing key. */
    @Override
    public String toString() {
        return "Payload[" + format + "]";
    }
}
