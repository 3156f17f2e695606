package io.trainwatch.job;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What rules remember as JSON: an array for each, by the id of the rule, of the fields in their order. */
final class RuleMemoryJson {

    private RuleMemoryJson() {}

    static void write(JsonGenerator json, Map<String, RuleMemory> rules) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, RuleMemory> entry : rules.entrySet()) {
            RuleMemory memory = entry.getValue();
            json.writeArrayFieldStart(entry.getKey());
            json.writeNumber(memory.rule());
            json.writeNumber(memory.readings());
            json.writeNumber(memory.over());
            json.writeNumber(memory.sum());
            json.writeNumber(memory.last());
            if (memory.best() == null) {
                json.writeNull();
            } else {
                json.writeNumber(memory.best());
            }
            write(json, memory.since());
            write(json, memory.at());
            if (memory.run() > 0) {
                json.writeNumber(memory.run());
                json.writeNumber(memory.repeats());
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    static Map<String, RuleMemory> read(JsonParser json) throws IOException {
        Map<String, RuleMemory> rules = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String id = json.currentName();
            json.nextToken();
            json.nextToken();
            int rule = json.getIntValue();
            json.nextToken();
            int readings = json.getIntValue();
            json.nextToken();
            long over = json.getLongValue();
            json.nextToken();
            double sum = ObservedJson.number(json);
            json.nextToken();
            double last = ObservedJson.number(json);
            Double best = json.nextToken() == JsonToken.VALUE_NULL ? null : Double.valueOf(ObservedJson.number(json));
            Instant since = instant(json);
            Instant at = instant(json);
            RuleMemory memory = new RuleMemory(rule, readings, over, sum, last, best, since, at);
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                int run = json.getIntValue();
                json.nextToken();
                memory = memory.equalReadings(run, json.getDoubleValue());
                json.nextToken();
            }
            rules.put(id, memory);
            while (json.currentToken() != JsonToken.END_ARRAY) {
                // A later version may append fields; this one can go on without them.
                json.skipChildren();
                json.nextToken();
            }
        }
        return rules;
    }

    private static void write(JsonGenerator json, Instant instant) throws IOException {
        if (instant == null) {
            json.writeNull();
        } else {
            json.writeNumber(instant.toEpochMilli());
        }
    }

    private static Instant instant(JsonParser json) throws IOException {
        return json.nextToken() == JsonToken.VALUE_NULL ? null : Instant.ofEpochMilli(json.getLongValue());
    }
}
