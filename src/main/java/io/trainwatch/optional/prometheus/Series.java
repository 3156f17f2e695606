package io.trainwatch.optional.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
        return new Series(labels, number(value.get(1)), time(value.get(0)));
    }

    /** NaN, which counts as missing, for what is no number in a text, as Prometheus writes each. */
    private static double number(JsonNode written) {
        String text = written.isTextual() ? written.textValue() : "NaN";
        return switch (text) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> parsed(text); // reads NaN as well
        };
    }

    private static double parsed(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
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
}
