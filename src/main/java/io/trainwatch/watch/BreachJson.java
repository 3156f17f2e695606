package io.trainwatch.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.rules.Breach;
import io.trainwatch.rules.Level;
import java.time.Instant;

/** How a breach is kept in the store and recorded in audit details: {@code {"rule":…,"level":…,"observed":…,"limit":…,"since":…,"meaning":…}}. */
final class BreachJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private BreachJson() {}

    static ObjectNode node(Breach breach) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("rule", breach.rule())
                .put("level", breach.level().name())
                .put("observed", figure(breach.observed()))
                .put("limit", figure(breach.limit()))
                .put("since", breach.since().toString())
                .put("meaning", breach.meaning());
        if (breach.window() != null) {
            node.put("window", breach.window()).put("evidence", breach.evidence());
        }
        return node;
    }

    /** JSON knows no NaN: {@code null} stands for it. */
    static Double figure(double value) {
        return Double.isNaN(value) ? null : value;
    }

    static String write(Breach breach) {
        return node(breach).toString();
    }

    static Breach read(String json) {
        if (json == null) {
            return null;
        }
        try {
            JsonNode node = MAPPER.readTree(json);
            return new Breach(
                    node.get("rule").asText(),
                    // Rows of versions that knew one level and no meaning.
                    Level.valueOf(node.path("level").asText(Level.CANCEL.name())),
                    node.get("observed").asDouble(Double.NaN),
                    node.get("limit").asDouble(Double.NaN),
                    Instant.parse(node.get("since").asText()),
                    node.path("meaning").asText(""),
                    node.path("window").textValue(),
                    node.path("evidence").textValue());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "The store holds a breach that cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
