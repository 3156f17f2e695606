package io.trainwatch.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The requests to cancel a job that were sent so far, and what came of them. Immutable; kept in the store, and bounded
 * however many there were.
 *
 * @param underWay whether one was committed to be sent, and no answer to it since
 * @param last the latest result; {@code null} before the first
 * @param message the latest answer, for people; {@code null} before the first
 * @param counts how often each result came
 */
record CancelTries(boolean underWay, CancelResult last, String message, Map<CancelResult, Integer> counts) {

    static final CancelTries NONE = new CancelTries(false, null, null, Map.of());

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_MESSAGE_LENGTH = 300;

    CancelTries {
        counts = counts.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(counts));
        message = message == null || message.length() <= MAX_MESSAGE_LENGTH
                ? message
                : message.substring(0, MAX_MESSAGE_LENGTH);
    }

    /** This, and one more request that is about to be sent. */
    CancelTries sending() {
        return new CancelTries(true, last, message, counts);
    }

    /** This, and what came of the request under way, or of the last one. */
    CancelTries with(CancelResult result, String text) {
        Map<CancelResult, Integer> more = new EnumMap<>(CancelResult.class);
        more.putAll(counts);
        more.merge(result, 1, Integer::sum);
        return new CancelTries(false, result, text, more);
    }

    int count(CancelResult result) {
        return counts.getOrDefault(result, 0);
    }

    /** Each result and how often it came, for the details of an audit row. */
    ObjectNode countsNode() {
        ObjectNode node = MAPPER.createObjectNode();
        counts.forEach((result, times) -> node.put(result.text(), times));
        return node;
    }

    /** Such as {@code 2 accepted, 1 lost}. */
    String describe() {
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().text().replace('_', ' '))
                .collect(Collectors.joining(", "));
    }

    String toJson() {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("under_way", underWay)
                .put("last", last == null ? null : last.text())
                .put("message", message);
        node.set("counts", countsNode());
        return node.toString();
    }

    /** @param json {@code null} for a job of which no cancel was sent */
    static CancelTries fromJson(String json) {
        if (json == null) {
            return NONE;
        }
        try {
            JsonNode node = MAPPER.readTree(json);
            Map<CancelResult, Integer> counts = new EnumMap<>(CancelResult.class);
            node.path("counts")
                    .properties()
                    .forEach(entry -> counts.put(
                            CancelResult.ofText(entry.getKey()),
                            entry.getValue().asInt()));
            String last = node.path("last").textValue();
            return new CancelTries(
                    node.path("under_way").asBoolean(),
                    last == null ? null : CancelResult.ofText(last),
                    node.path("message").textValue(),
                    counts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "The store holds cancels that cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
