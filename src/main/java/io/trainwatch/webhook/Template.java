package io.trainwatch.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON text with {@code ${field}} in it. A field is put in escaped for a JSON string, so it stands between quotes;
 * {@code ${event}} is the whole event as a JSON object. There are no conditions and no loops. Immutable.
 */
public final class Template {

    private static final Pattern FIELD = Pattern.compile("\\$\\{([^}]*)}");
    private static final JsonFactory JSON = new JsonFactory();

    /** Text and names of fields by turns, a text first. */
    private final List<String> parts;

    private Template(List<String> parts) {
        this.parts = parts;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException where it names an unknown field, or where what it makes of an event is no JSON object
     */
    public static Template parse(String text) {
        List<String> parts = new ArrayList<>();
        Matcher field = FIELD.matcher(text);
        int done = 0;
        while (field.find()) {
            parts.add(text.substring(done, field.start()));
            parts.add(field.group(1));
            done = field.end();
        }
        parts.add(text.substring(done));
        Template template = new Template(List.copyOf(parts));
        template.check();
        return template;
    }

    /** The text for the event; {@link EventFields#ROUTING_KEY} is still to be put in. */
    String render(Event event) {
        Map<String, String> fields = EventFields.of(event);
        StringBuilder text = new StringBuilder(1024);
        for (int i = 0; i < parts.size(); i++) {
            text.append(i % 2 == 0 ? parts.get(i) : fields.get(parts.get(i)));
        }
        return text.toString();
    }

    private void check() {
        Event sample = EventFields.sample();
        Map<String, String> fields = EventFields.of(sample);
        for (int i = 1; i < parts.size(); i += 2) {
            if (!fields.containsKey(parts.get(i))) {
                throw new IllegalArgumentException(
                        "there is no field '" + parts.get(i) + "'; there are " + String.join(", ", fields.keySet()));
            }
        }
        try (JsonParser json = JSON.createParser(EventFields.withRoutingKey(render(sample), "key"))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("it makes no JSON object");
            }
            json.skipChildren();
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("something follows the JSON object");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("it makes no JSON of an event: "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
    }
}
