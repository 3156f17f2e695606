package io.trainwatch.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trainwatch.errors.Words;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a target is sent.
 *
 * @param template makes the body; empty where the event goes out as it is
 * @param routingKey takes the place of {@code ${routing_key}} when the request is sent, and is never stored
 */
public record Payload(Format format, Optional<Template> template, Optional<String> routingKey) {

    public static final Payload GENERIC = new Payload(Format.GENERIC, Optional.empty(), Optional.empty());

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

    /** The shape in which a target gets an event, as {@code docs/webhooks.md} describes each. */
    public enum Format {
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

        Format(String contentType, String template) {
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
            try (InputStream text = Format.class.getResourceAsStream(resource)) {
                return new String(text.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * A JSON text with {@code ${field}} in it. A field is put in escaped for a JSON string, so it stands between quotes; a
     * number may stand alone and is {@code null} where the event does not have it. {@code ${event}} is the whole event as a
     * JSON object. There are no conditions and no loops. Immutable.
     */
    public static final class Template {

        private static final Pattern FIELD = Pattern.compile("\\$\\{([^}]*)}");
        private static final JsonFactory JSON = new JsonFactory();

        private final List<Part> parts;
        private final String end;

        /**
         * A field and what stands before it.
         *
         * @param alone whether the field stands outside a JSON string
         */
        private record Part(String before, String field, boolean alone) {}

        private Template(List<Part> parts, String end) {
            this.parts = parts;
            this.end = end;
        }

        /**
         * Reads a template.
         *
         * @throws IllegalArgumentException where it names an unknown field, or where what it makes of an event is no JSON object
         */
        public static Template parse(String text) {
            List<Part> parts = new ArrayList<>();
            Matcher field = FIELD.matcher(text);
            boolean alone = true;
            int done = 0;
            while (field.find()) {
                String before = text.substring(done, field.start());
                alone ^= changesSides(before);
                parts.add(new Part(before, field.group(1), alone));
                done = field.end();
            }
            Template template = new Template(List.copyOf(parts), text.substring(done));
            template.check();
            return template;
        }

        /** Whether a piece of JSON that begins inside a string ends outside, or the other way round. */
        private static boolean changesSides(String json) {
            boolean changes = false;
            for (int i = 0; i < json.length(); i++) {
                if (json.charAt(i) == '\\') {
                    i++; // what follows is escaped
                } else if (json.charAt(i) == '"') {
                    changes = !changes;
                }
            }
            return changes;
        }

        /** The text for the event; {@link EventFields#ROUTING_KEY} is still to be put in. */
        String render(Event event) {
            return render(event, UnaryOperator.identity());
        }

        /** @param inMarkup makes a text mean itself in the markup of its receiver */
        String render(Event event, UnaryOperator<String> inMarkup) {
            Map<String, String> fields = EventFields.of(event, inMarkup);
            StringBuilder text = new StringBuilder(1024);
            for (Part part : parts) {
                String value = fields.get(part.field());
                text.append(part.before()).append(part.alone() && value.isEmpty() ? "null" : value);
            }
            return text.append(end).toString();
        }

        private void check() {
            Map<String, String> fields = EventFields.of(EventFields.fullSample());
            for (Part part : parts) {
                if (!fields.containsKey(part.field())) {
                    throw new IllegalArgumentException("there is no field '" + part.field() + "'; there are "
                            + String.join(", ", fields.keySet()));
                }
            }
            check(EventFields.fullSample());
            check(EventFields.bareSample());
        }

        private void check(Event sample) {
            try (JsonParser json = JSON.createParser(EventFields.withRoutingKey(render(sample), "key"))) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw new IllegalArgumentException("it makes no JSON object");
                }
                json.skipChildren();
                if (json.nextToken() != null) {
                    throw new IllegalArgumentException("something follows the JSON object");
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("it makes no JSON of an event: " + Words.why(e));
            }
        }
    }
}
