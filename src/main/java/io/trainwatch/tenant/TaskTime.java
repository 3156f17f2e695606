package io.trainwatch.tenant;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.time.Instant;

/**
 * Reads the times of a task: ISO-8601 text, Unix seconds or milliseconds, as a number or as text. Which one a tenant
 * writes differs from field to field; no time of a task is ever acted on, so one that cannot be read is left out.
 */
final class TaskTime extends StdScalarDeserializer<Instant> {

    /** 5138-11-16 as seconds, 1973-03-03 as milliseconds: a task was created between. */
    private static final long SMALLEST_MILLIS = 100_000_000_000L;

    TaskTime() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.currentToken().isNumeric()) {
            return ofUnix(parser.getValueAsDouble());
        }
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            parser.skipChildren();
            return null;
        }
        return ofText(parser.getText());
    }

    /** The time that is written there; {@code null} where none is. */
    static Instant of(JsonNode value) {
        if (value.isNumber()) {
            return ofUnix(value.doubleValue());
        }
        return value.isTextual() ? ofText(value.textValue()) : null;
    }

    private static Instant ofText(String written) {
        String text = written.strip();
        if (text.matches("\\d{1,16}(\\.\\d{1,9})?")) {
            return ofUnix(Double.parseDouble(text));
        }
        try {
            return Instant.parse(text);
        } catch (java.time.DateTimeException e) {
            return null;
        }
    }

    private static Instant ofUnix(double number) {
        if (!(number > 0 && number < Long.MAX_VALUE / 1000.0)) {
            return null;
        }
        return Instant.ofEpochMilli((long) (number < SMALLEST_MILLIS ? number * 1000 : number));
    }
}
