package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Answers about tasks with HTTP 200 that must not be believed.
 *
 * <p>Each starts from the true answer with the status {@code done}, so a watcher that acts on one gives itself away by
 * reporting an end too soon. Those that spoil one task spoil the first of a list; the others the whole document.
 */
public enum InvalidTask implements ApiFault {
    ID_MISSING(without("_id")),
    ID_OF_ANOTHER(put("_id", text("0123456789abcdef01234567"))),
    STATUS_MISSING(without("status")),
    STATUS_NULL(put("status", JsonNodeFactory.instance.nullNode())),
    STATUS_UNKNOWN(put("status", text("exploded"))),
    STATUS_AS_NUMBER(put("status", JsonNodeFactory.instance.numberNode(2))),
    STATUS_WITH_A_SPACE(put("status", text("done "))),
    DUPLICATE_KEYS(json -> "{\"status\":\"error\"," + json.toString().substring(1)),
    /** A status of 200,000 characters. */
    HUGE_STRING(put("status", text("d".repeat(200_000)))),
    TRUNCATED(whole(json -> json.substring(0, json.length() / 2))),
    TRAILING_JSON(whole(json -> json + "{\"status\":\"error\"}")),
    HTML(whole(json -> "<!DOCTYPE html><html><body><h1>Signed out</h1></body></html>")),
    EMPTY_BODY(whole(json -> "")),
    NULL_BODY(whole(json -> "null")),
    TEXT_BODY(whole(json -> "\"done\"")),
    ARRAY_BODY(whole(json -> "[[" + json + "]]")),
    /** 100,000 arrays within each other. */
    DEEP_NESTING(whole(json -> "{\"data\":" + "[".repeat(100_000) + "]".repeat(100_000) + "," + json.substring(1))),
    /** 3 MB of fields that a reader would ignore. */
    HUGE_BODY(whole(json -> "{\"padding\":[" + "\"0123456789\",".repeat(240_000) + "0]," + json.substring(1)));

    private static final InvalidTask[] ALL = values();

    private final Function<ObjectNode, String> spoil;

    InvalidTask(Function<ObjectNode, String> spoil) {
        this.spoil = spoil;
    }

    @Override
    public boolean appliesTo(RequestKind kind) {
        return kind == RequestKind.TASK || kind == RequestKind.TASK_LIST;
    }

    /** The variety whose turn it is; goes round for ever. */
    static InvalidTask inTurn(int turn) {
        return ALL[Math.floorMod(turn, ALL.length)];
    }

    Answer answer(ObjectNode right) {
        JsonNode first = right.path("items").path(0);
        String body;
        if (!right.has("items") || spoil instanceof Whole) {
            body = spoil.apply(right.has("items") ? right : done(right));
        } else {
            if (first instanceof ObjectNode task) {
                String spoiled = spoil.apply(done(task));
                right.withArray("items").remove(0);
                right.withArray("items").insertRawValue(0, new RawValue(spoiled));
            }
            body = right.toString();
        }
        return Answer.of(200, this == HTML ? "text/html" : "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode done(ObjectNode task) {
        return task.put("status", "done").put("lastFinishedAt", "2026-01-01T00:00:00.000Z");
    }

    /** Spoils a document as a whole, be it a task or a list. */
    private interface Whole extends Function<ObjectNode, String> {}

    private static Whole whole(Function<String, String> change) {
        return json -> change.apply(json.toString());
    }

    private static Function<ObjectNode, String> put(String field, JsonNode value) {
        return json -> json.set(field, value).toString();
    }

    private static Function<ObjectNode, String> without(String field) {
        return json -> json.without(field).toString();
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.textNode(value);
    }
}
