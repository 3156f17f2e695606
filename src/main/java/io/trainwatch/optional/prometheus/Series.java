package io.trainwatch.optional.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.job.FieldReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One series of an instant query's answer. Format: Prometheus HTTP API, expression query result formats.
 *
 * @param labels none where the result is a scalar
 * @param value may be no finite number, and counts as missing then: Prometheus writes {@code NaN}, {@code +Inf} and {@code -Inf} as text
 * @param at the time that the value is given for
 */
record Series(Map<String, String> labels, double value, Instant at) {

    /**
     * Reads the body of a successful answer.
     *
     * @throws UnreadableAnswer where it is no such answer
     * @throws BadQuery where the query gives something else than a number for each series
     */
    static List<Series> read(ObjectMapper mapper, byte[] body) {
        JsonNode answer;
        try {
            answer = mapper.readTree(body == null ? new byte[0] : body);
        } catch (IOException e) {
            throw new UnreadableAnswer("it is no JSON");
        }
        JsonNode data = answer.path("data");
        if (!answer.path("status").asText("").equals("success")) {
            throw new UnreadableAnswer("the answer does not say 'success'");
        }
        JsonNode result = data.path("result");
        List<Series> series = new ArrayList<>();
        switch (data.path("resultType").asText("")) {
            case "vector" -> {
                if (!result.isArray()) {
                    throw new UnreadableAnswer("the result is no list");
                }
                for (JsonNode one : result) {
                    if (!one.has("value") && one.has("histogram")) {
                        throw new BadQuery("it gives histograms; take a number of them, as histogram_quantile() does");
                    }
                    series.add(series(labels(one.path("metric")), one.path("value")));
                }
            }
            case "scalar" -> series.add(series(Map.of(), result));
            case "matrix" ->
                throw new BadQuery("it gives a range of samples; take one number of it, as avg_over_time() does");
            case "string" -> throw new BadQuery("it gives a text");
            default -> throw new UnreadableAnswer("the result is neither a vector nor a scalar");
        }
        return series;
    }

    private static Series series(Map<String, String> labels, JsonNode value) {
        if (!value.isArray() || value.size() != 2) {
            throw new UnreadableAnswer("a value is not [time, \"number\"]");
        }
        // Prometheus writes each number as text; NaN counts as missing.
        double number =
                value.get(1).isTextual() ? FieldReader.number(value.get(1).textValue()) : Double.NaN;
        return new Series(labels, number, time(value.get(0)));
    }

    /** 1970, which is too old for a figure, for what is no time. */
    private static Instant time(JsonNode written) {
        return written.isNumber() ? Instant.ofEpochMilli((long) (written.doubleValue() * 1000)) : Instant.EPOCH;
    }

    private static Map<String, String> labels(JsonNode metric) {
        Map<String, String> labels = new HashMap<>();
        metric.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText("")));
        return labels;
    }

    /** An answer is one of the Prometheus HTTP API, but the query gives no single number for each series. */
    static final class BadQuery extends RuntimeException {
        BadQuery(String message) {
            super(message);
        }
    }

    /** An answer is not what the Prometheus HTTP API answers. The message says why, for people. */
    static final class UnreadableAnswer extends RuntimeException {
        UnreadableAnswer(String message) {
            super(message);
        }
    }
}
