package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Status answers with HTTP 200 that must not be believed.
 *
 * <p>Each starts from the true answer with CPU and memory set to 99.9, so a watcher that acts on one gives itself away
 * with a cancel.
 */
public enum InvalidStatus implements ApiFault {
    JOB_ID_MISSING(without("job_id")),
    STATE_MISSING(without("state")),
    STATE_UNKNOWN(put("state", text("EXPLODED"))),
    STATE_AS_NUMBER(put("state", number(2))),
    OTHER_JOB(put("job_id", text("some-other-job"))),
    STATE_WITH_A_SPACE(put("state", text("COMPLETED "))),
    STATES_THAT_DIFFER(json -> inserted(json, "\"state\":\"NOT \",")),
    TRUNCATED(json -> json.toString().substring(0, json.toString().length() / 2)),
    TRAILING_JSON(json -> json + "{\"state\":\"FAILED\"}"),
    HTML(json -> "<!DOCTYPE html><html><body><h1>Signed out</h1></body></html>"),
    EMPTY_BODY(json -> ""),
    NULL_BODY(json -> "null"),
    ARRAY_BODY(json -> "[" + json + "]"),
    /** 100,000 arrays within each other. */
    DEEP_NESTING(literal("metrics", "[".repeat(100_000) + "]".repeat(100_000))),
    /** 3 MB of fields that a reader would ignore. */
    HUGE_BODY(json -> inserted(json, "\"padding\":[" + "\"0123456789\",".repeat(240_000) + "0],")),
    /** A state of 200,000 characters. */
    HUGE_STRING(put("state", text("R".repeat(200_000))));

    private static final InvalidStatus[] ALL = values();

    private final Function<ObjectNode, String> spoil;

    InvalidStatus(Function<ObjectNode, String> spoil) {
        this.spoil = spoil;
    }

    @Override
    public boolean appliesTo(RequestKind kind) {
        return kind == RequestKind.STATUS;
    }

    /** The variety whose turn it is; goes round for ever. */
    static InvalidStatus inTurn(int turn) {
        return ALL[Math.floorMod(turn, ALL.length)];
    }

    String contentType() {
        return this == HTML ? "text/html" : "application/json";
    }

    /** The answer to send, UTF-8; the true one given is changed on the way. */
    byte[] render(ObjectNode status) {
        ObjectNode resources = status.putObject("resource_utilization");
        resources.put("cpu_usage", 99.9).put("memory_usage", 99.9);
        return spoil.apply(status).getBytes(StandardCharsets.UTF_8);
    }

    private static Function<ObjectNode, String> put(String field, JsonNode value) {
        return json -> json.set(field, value).toString();
    }

    private static Function<ObjectNode, String> without(String field) {
        return json -> json.without(field).toString();
    }

    /** For what a JSON library would refuse to write. */
    private static Function<ObjectNode, String> literal(String field, String value) {
        UnaryOperator<String> insert = json -> "{\"" + field + "\":" + value + "," + json.substring(1);
        return json -> insert.apply(json.without(field).toString());
    }

    private static String inserted(ObjectNode json, String fields) {
        return "{" + fields + json.toString().substring(1);
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.textNode(value);
    }

    private static JsonNode number(int value) {
        return JsonNodeFactory.instance.numberNode(value);
    }
}
