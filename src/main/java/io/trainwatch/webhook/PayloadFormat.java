package io.trainwatch.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

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

    private static final Pattern MARKDOWN = Pattern.compile("[\\\\`*_\\[\\]()<>#~|!&]");
    private static final Pattern MARKDOWN_LIST = Pattern.compile("(?m)^(\\s*)(\\d*)([-+.=])");

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

    /** The text so that it means itself in the markup of the receiver: a tenant's words make no links and call nobody. */
    String inMarkup(String text) {
        return switch (this) {
            // https://docs.slack.dev/messaging/formatting-message-text#escaping
            case SLACK -> text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
            // CommonMark, section 2.4; marks of lists mean something at the beginning of a line only.
            case TEAMS ->
                MARKDOWN_LIST
                        .matcher(MARKDOWN.matcher(text).replaceAll("\\\\$0"))
                        .replaceAll("$1$2\\\\$3");
            default -> text;
        };
    }

    private static String read(String resource) {
        try (InputStream text = PayloadFormat.class.getResourceAsStream(resource)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
