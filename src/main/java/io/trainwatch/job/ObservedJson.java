package io.trainwatch.job;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trainwatch.text.IsoTime;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@link Observed} as JSON. Streamed, since it is read and written for every look. */
final class ObservedJson {

    private static final JsonFactory JSON = new JsonFactory();

    private ObservedJson() {}

    static String write(Observed observed) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("looks", observed.looks());
            write(json, "peak_cpu", observed.peakCpu());
            write(json, "peak_memory", observed.peakMemory());
            write(json, "last_progress", observed.lastProgress());
            write(json, "progress_since", observed.progressSince());
            write(json, "started_at", observed.startedAt());
            write(json, "completed_at", observed.completedAt());
            if (observed.failReason() != null) {
                json.writeStringField("fail_reason", observed.failReason());
            }
            json.writeObjectFieldStart("means");
            for (Map.Entry<String, Mean> entry : observed.means().entrySet()) {
                json.writeArrayFieldStart(entry.getKey());
                json.writeNumber(entry.getValue().count());
                json.writeNumber(entry.getValue().sum());
                json.writeNumber(entry.getValue().compensation());
                if (entry.getValue().exponent() != 0) {
                    json.writeNumber(entry.getValue().exponent());
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeStringField("recent", encode(observed.recent()));
            if (!observed.rules().isEmpty()) {
                json.writeFieldName("rules");
                RuleMemoryJson.write(json, observed.rules());
            }
            if (!observed.incomplete().isEmpty()) {
                json.writeArrayFieldStart("incomplete");
                for (String field : observed.incomplete()) {
                    json.writeString(field);
                }
                json.writeEndArray();
            }
            if (observed.pace() != null) {
                json.writeFieldName("pace");
                PaceJson.write(json, observed.pace());
            }
            if (observed.expectedEnd() != null) {
                write(json, "end_from", observed.expectedEnd().from());
                write(json, "end_to", observed.expectedEnd().to());
            }
            if (observed.entityTag() != null) {
                json.writeStringField("entity_tag", observed.entityTag());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("A StringWriter does not fail", e);
        }
        return text.toString();
    }

    static Observed read(String text) {
        long looks = 0;
        Double peakCpu = null;
        Double peakMemory = null;
        Double lastProgress = null;
        Instant progressSince = null;
        Instant startedAt = null;
        Instant completedAt = null;
        String failReason = null;
        Map<String, Mean> means = Map.of();
        long[] recent = new long[0];
        Map<String, RuleMemory> rules = Map.of();
        List<String> incomplete = List.of();
        Pace pace = null;
        Instant endFrom = null;
        Instant endTo = null;
        String entityTag = null;
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "looks" -> looks = json.getLongValue();
                    case "peak_cpu" -> peakCpu = number(json);
                    case "peak_memory" -> peakMemory = number(json);
                    case "last_progress" -> lastProgress = number(json);
                    case "progress_since" -> progressSince = IsoTime.parse(json.getText());
                    case "started_at" -> startedAt = IsoTime.parse(json.getText());
                    case "completed_at" -> completedAt = IsoTime.parse(json.getText());
                    case "fail_reason" -> failReason = json.getText();
                    case "means" -> means = means(json);
                    case "recent" -> recent = decode(json.getText());
                    case "rules" -> rules = RuleMemoryJson.read(json);
                    case "incomplete" -> incomplete = texts(json);
                    case "pace" -> pace = PaceJson.read(json);
                    case "end_from" -> endFrom = IsoTime.parse(json.getText());
                    case "end_to" -> endTo = IsoTime.parse(json.getText());
                    case "entity_tag" -> entityTag = json.getText();
                    default -> json.skipChildren();
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT) {
                throw new IllegalArgumentException("they end too early");
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("The store holds observations that cannot be read: " + e.getMessage(), e);
        }
        return new Observed(
                looks,
                peakCpu,
                peakMemory,
                lastProgress,
                progressSince,
                startedAt,
                completedAt,
                failReason,
                means,
                recent,
                rules,
                incomplete,
                pace,
                endFrom == null || endTo == null ? null : new ExpectedEnd(endFrom, endTo),
                entityTag);
    }

    private static Map<String, Mean> means(JsonParser json) throws IOException {
        Map<String, Mean> means = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            json.nextToken();
            long count = json.getLongValue();
            json.nextToken();
            double sum = number(json);
            json.nextToken();
            double compensation = number(json);
            int exponent = json.nextToken() == JsonToken.END_ARRAY ? 0 : json.getIntValue();
            // Up to 0.1.0 a sum could overflow: nothing is known of such a mean any more.
            if (Double.isFinite(sum) && Double.isFinite(compensation)) {
                means.put(name, new Mean(count, sum, compensation, exponent));
            }
            while (!json.hasToken(JsonToken.END_ARRAY)) {
                json.nextToken();
            }
        }
        return means;
    }

    private static List<String> texts(JsonParser json) throws IOException {
        List<String> texts = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            texts.add(json.getText());
        }
        return texts;
    }

    /** A number; one that JSON has no word for, such as NaN, is written as text. */
    static double number(JsonParser json) throws IOException {
        return json.hasToken(JsonToken.VALUE_STRING) ? Double.parseDouble(json.getText()) : json.getDoubleValue();
    }

    private static void write(JsonGenerator json, String name, Double number) throws IOException {
        if (number != null) {
            json.writeNumberField(name, number);
        }
    }

    private static void write(JsonGenerator json, String name, Instant instant) throws IOException {
        if (instant != null) {
            json.writeStringField(name, instant.toString());
        }
    }

    private static String encode(long[] hashes) {
        ByteBuffer bytes = ByteBuffer.allocate(hashes.length * Long.BYTES);
        bytes.asLongBuffer().put(hashes);
        return Base64.getEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static long[] decode(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        long[] hashes = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(hashes);
        return hashes;
    }

    /** {@link Pace} as JSON: an array, short because it is read and written for every look. */
    private static final class PaceJson {

        private PaceJson() {}

        static void write(JsonGenerator json, Pace pace) throws IOException {
            json.writeStartArray();
            json.writeString(pace.since().toString());
            json.writeString(pace.at().toString());
            json.writeNumber(pace.average());
            json.writeNumber(pace.weight());
            json.writeNumber(pace.steps());
            json.writeNumber(pace.soon());
            for (Pace.Estimate estimate : pace.estimates()) {
                json.writeNumber(estimate.tenths());
                json.writeNumber(Math.round(estimate.elapsed() * 10) / 10.0);
                json.writeNumber(Math.round(estimate.remaining() * 10) / 10.0);
            }
            json.writeEndArray();
        }

        static Pace read(JsonParser json) throws IOException {
            json.nextToken();
            Instant since = IsoTime.parse(json.getText());
            json.nextToken();
            Instant at = IsoTime.parse(json.getText());
            List<Double> numbers = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                numbers.add(number(json));
            }
            List<Pace.Estimate> estimates = new ArrayList<>();
            for (int i = 4; i + 2 < numbers.size(); i += 3) {
                estimates.add(new Pace.Estimate(numbers.get(i).intValue(), numbers.get(i + 1), numbers.get(i + 2)));
            }
            return new Pace(
                    since,
                    at,
                    numbers.get(0),
                    numbers.get(1),
                    numbers.get(2).intValue(),
                    numbers.get(3).intValue(),
                    List.copyOf(estimates));
        }
    }

    /** What rules remember as JSON: an array for each, by the id of the rule, of the fields in their order. */
    private static final class RuleMemoryJson {

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
                double sum = number(json);
                json.nextToken();
                double last = number(json);
                Double best = json.nextToken() == JsonToken.VALUE_NULL ? null : Double.valueOf(number(json));
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
}
