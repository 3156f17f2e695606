package io.trainwatch.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The shape in which a target gets an event, as {@code docs/webhooks.md} describes each. */
public enum PayloadFormat {
    /** The event as it is. */
    GENERIC("application/json", null),
    /** CloudEvents 1.0, HTTP binding 1.0.2, section 3.2. */
    CLOUDEVENTS_STRUCTURED("application/cloudevents+json", "cloudevents"),
    /** CloudEvents 1.0, HTTP binding 1.0.2, section 3.1: the event as it is, the attributes as headers. */
    CLOUDEVENTS_BINARY("application/json", null),
    SLACK("application/json", "slack"),
    TEAMS("application/json", "teams"),
    PAGERDUTY("application/json", "pagerduty");

    private final String contentType;
    private final String template;

    PayloadFormat(String contentType, String template) {
        this.contentType = contentType;
        this.template = template;
    }

    String contentType() {
        return contentType;
    }

    /** The template of the format; empty where the event goes out as it is. */
    public Optional<Template> template() {
        return Optional.ofNullable(template)
                .map(name -> Template.parse(read("/trainwatch/templates/" + name + ".json")));
    }

    private static String read(String resource) {
        try (InputStream text = PayloadFormat.class.getResourceAsStream(resource)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
