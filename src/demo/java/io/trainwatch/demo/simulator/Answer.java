package io.trainwatch.demo.simulator;

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

    static Answer json(int status, byte[] body) {
        return of(status, "application/json", body);
    }

    static Answer json(int status, String body) {
        return json(status, body.getBytes(StandardCharsets.UTF_8));
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

    /** A problem in the form in which the API reports one; {@code detail} must need no escaping in JSON. */
    static Answer problem(int status, String title, String detail) {
        return json(status, "{\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\"" + detail + "\"}");
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
