package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One HTTP answer, and how it is given.
 *
 * @param status the HTTP status
 * @param headers headers beside {@code Content-Length}
 * @param served runs right before the answer (its last piece, where it is given slowly) is written
 */
record Answer(int status, Map<String, String> headers, byte[] body, Manner manner, Runnable served) {

    /** How an answer is given. */
    enum Manner {
        AT_ONCE,
        /** In small pieces. */
        SLOWLY,
        /** At once, but much later. */
        LATE,
        /** Not at all: the connection is reset. */
        NEVER
    }

    private static final Runnable NOTHING = () -> {};

    private static final Map<Integer, String> TITLES = Map.of(
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            409, "Conflict",
            429, "Too Many Requests",
            500, "Internal Server Error",
            502, "Bad Gateway",
            503, "Service Unavailable",
            504, "Gateway Timeout");

    static Answer json(int status, byte[] body) {
        return of(status, "application/json", body);
    }

    static Answer json(int status, ObjectNode body) {
        return json(status, "application/json", body);
    }

    static Answer json(int status, String contentType, ObjectNode body) {
        return of(status, contentType, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Answer of(int status, String contentType, byte[] body) {
        return new Answer(status, Map.of("Content-Type", contentType), body, Manner.AT_ONCE, NOTHING);
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), new byte[0], Manner.AT_ONCE, NOTHING);
    }

    static Answer none() {
        return empty(0).in(Manner.NEVER);
    }

    /** A problem in the form in which the {@code training} API reports one. */
    static Answer problem(int status, String detail) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        return json(
                status, body.put("title", title(status)).put("status", status).put("detail", detail));
    }

    /** What a status is called. */
    static String title(int status) {
        return TITLES.getOrDefault(status, "Error");
    }

    Answer with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Answer(status, all, body, manner, served);
    }

    Answer in(Manner other) {
        return new Answer(status, headers, body, other, served);
    }

    Answer whenServed(Runnable action) {
        return new Answer(status, headers, body, manner, action);
    }

    /** The status that the caller sees; 0 where it sees none. */
    int seenStatus() {
        return manner == Manner.NEVER ? 0 : status;
    }
}
