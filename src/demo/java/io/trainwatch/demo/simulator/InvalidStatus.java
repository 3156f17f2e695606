package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/**
 * Answers about a job or task with HTTP 200 that must not be believed.
 *
 * <p>Each starts from the true answer, changed so that a watcher that acts on one gives itself away: a job uses 99.9
 * percent of CPU and memory, which leads to a cancel; a task is {@code done}. Those that spoil one task spoil the first of
 * a list; the others the whole document.
 */
public enum InvalidStatus implements ApiFault {
    JOB_ID_MISSING((json, api) -> json.without(api.id()).toString()),
    STATE_MISSING((json, api) -> json.without(api.state()).toString()),
    STATE_NULL((json, api) -> json.putNull(api.state()).toString()),
    STATE_UNKNOWN((json, api) -> json.put(api.state(), "exploded").toString()),
    STATE_AS_NUMBER((json, api) -> json.put(api.state(), 2).toString()),
    OTHER_JOB((json, api) -> json.put(api.id(), api.otherId()).toString()),
    STATE_WITH_A_SPACE(
            (json, api) -> json.put(api.state(), api.completed() + " ").toString()),
    STATES_THAT_DIFFER((json, api) -> inserted(json.toString(), "\"" + api.state() + "\":\"" + api.failed() + "\",")),
    TRUNCATED(whole((json, api) -> json.substring(0, json.length() / 2))),
    TRAILING_JSON(whole((json, api) -> json + "{\"" + api.state() + "\":\"" + api.failed() + "\"}")),
    HTML(whole((json, api) -> "<!DOCTYPE html><html><body><h1>Signed out</h1></body></html>")),
    EMPTY_BODY(whole((json, api) -> "")),
    NULL_BODY(whole((json, api) -> "null")),
    TEXT_BODY(whole((json, api) -> "\"" + api.completed() + "\"")),
    ARRAY_BODY(whole((json, api) -> "[[" + json + "]]")),
    /** 100,000 arrays within each other. */
    DEEP_NESTING(whole((json, api) -> inserted(json, "\"data\":" + "[".repeat(100_000) + "]".repeat(100_000) + ","))),
    /** 3 MB of fields that a reader would ignore. */
    HUGE_BODY(whole((json, api) -> inserted(json, "\"padding\":[" + "\"0123456789\",".repeat(240_000) + "0],"))),
    /** A state of 200,000 characters. */
    HUGE_STRING((json, api) -> json.put(api.state(), "R".repeat(200_000)).toString());

    private static final InvalidStatus[] ALL = values();

    private final BiFunction<ObjectNode, Words, String> spoil;

    InvalidStatus(BiFunction<ObjectNode, Words, String> spoil) {
        this.spoil = spoil;
    }

    /** How an API spells what is spoiled. */
    private record Words(String id, String otherId, String state, String completed, String failed) {

        static final Words OF_JOB = new Words("job_id", "some-other-job", "state", "COMPLETED", "FAILED");
        static final Words OF_TASK = new Words("_id", "0123456789abcdef01234567", "status", "done", "error");
    }

    /** Spoils a document as a whole, be it a job, a task or a list. */
    private interface Whole extends BiFunction<ObjectNode, Words, String> {}

    private static Whole whole(BiFunction<String, Words, String> change) {
        return (json, words) -> change.apply(json.toString(), words);
    }

    private static String inserted(String json, String fields) {
        return "{" + fields + json.substring(1);
    }

    @Override
    public boolean appliesTo(RequestKind kind) {
        return kind == RequestKind.STATUS || kind == RequestKind.TASK || kind == RequestKind.TASK_LIST;
    }

    /** The variety whose turn it is; goes round for ever. */
    static InvalidStatus inTurn(int turn) {
        return ALL[Math.floorMod(turn, ALL.length)];
    }

    Answer answer(ObjectNode right) {
        return Answer.of(200, this == HTML ? "text/html" : "application/json", render(right));
    }

    /** The answer to send, UTF-8; the true one given is changed on the way. */
    byte[] render(ObjectNode right) {
        return spoiled(right).getBytes(StandardCharsets.UTF_8);
    }

    private String spoiled(ObjectNode right) {
        if (right.has("job_id")) {
            right.putObject("resource_utilization").put("cpu_usage", 99.9).put("memory_usage", 99.9);
            return spoil.apply(right, Words.OF_JOB);
        }
        if (!right.has("items")) {
            return spoil.apply(done(right), Words.OF_TASK);
        }
        if (spoil instanceof Whole) {
            return spoil.apply(right, Words.OF_TASK);
        }
        if (right.path("items").path(0) instanceof ObjectNode task) {
            String spoiled = spoil.apply(done(task), Words.OF_TASK);
            right.withArray("items").remove(0);
            right.withArray("items").insertRawValue(0, new RawValue(spoiled));
        }
        return right.toString();
    }

    private static ObjectNode done(ObjectNode task) {
        return task.put("status", "done").put("lastFinishedAt", "2026-01-01T00:00:00.000Z");
    }
}
