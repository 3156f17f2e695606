package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Errors as the {@code tasks} API reports them. */
final class TaskErrors {

    static final int MISSING_ARGUMENT = 1000;
    static final int INVALID_ARGUMENT = 1005;

    /** The code of each status whose code is not the status itself. */
    private static final Map<Integer, Integer> CODES =
            Map.of(400, INVALID_ARGUMENT, 404, 1002, 409, 1004, 500, 1008, 504, 8001);

    private static final Map<Integer, String> TITLES = Map.of(
            400,
            "Bad Request",
            401,
            "Unauthorized",
            403,
            "Forbidden",
            404,
            "Not Found",
            409,
            "Conflict",
            429,
            "Too Many Requests",
            500,
            "Internal Server Error",
            502,
            "Bad Gateway",
            503,
            "Service Unavailable",
            504,
            "Gateway Timeout");

    private TaskErrors() {}

    static Answer of(int status, String detail, String path) {
        return of(status, CODES.getOrDefault(status, status), detail, path);
    }

    static Answer of(int status, int code, String detail, String path) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "about:blank");
        body.put("title", TITLES.getOrDefault(status, "Error"));
        body.put("status", status);
        body.put("detail", detail);
        body.put("instance", path);
        body.put("code", code);
        body.put("traceId", "simulated-" + Long.toHexString(Chance.seed(status, path)));
        body.putObject("details");
        return Answer.of(status, "application/problem+json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** An error from elsewhere with its status and headers, in the form of this API. */
    static Answer dressed(Answer error, String detail, String path) {
        Answer dressed = of(error.status(), detail, path).in(error.manner());
        for (Map.Entry<String, String> header : error.headers().entrySet()) {
            if (!header.getKey().equals("Content-Type")) {
                dressed = dressed.with(header.getKey(), header.getValue());
            }
        }
        return dressed;
    }
}
