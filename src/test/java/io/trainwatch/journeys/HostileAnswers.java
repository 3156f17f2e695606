package io.trainwatch.journeys;

import io.trainwatch.http.RawServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What a hostile tenant or receiver sends back; each kind in turn. */
final class HostileAnswers {

    /** Cursor movement, a C1 control, a line separator, an override of direction, NUL and a forged line. */
    private static final String CONTROLS = "\\u001b[2J\\u009b31m\\u2028\\u202e\\u0000\\r\\n2026-01-01 ERROR forged";

    private static final int MIB = 1024 * 1024;

    private HostileAnswers() {}

    /** One kind of answer about a job. */
    @FunctionalInterface
    private interface Kind {
        void send(Asked asked, OutputStream out) throws IOException, InterruptedException;
    }

    /**
     * A look at a hostile job.
     *
     * @param victim another job of the tenant, which the answer may try to speak for
     * @param secret the token of the caller
     */
    record Asked(String job, String victim, String secret) {}

    private static final List<Kind> KINDS = List.of(
            json("\"metrics\":[" + sample("1.7e308", 1) + "," + sample("1.7e308", 2) + "]"),
            json("\"metrics\":[{\"timestamp\":\"-999999999-01-01T00:00:00Z\",\"metric_name\":\"loss\",\"value\":1},"
                    + "{\"timestamp\":-999999999,\"metric_name\":\"loss\",\"value\":2},"
                    + "{\"timestamp\":9223372036854775807,\"metric_name\":\"loss\",\"value\":2}]"),
            json("\"started_at\":\"-999999999-01-01T00:00:00Z\",\"completed_at\":\"+999999999-12-31T23:59:59Z\""),
            json("\"progress_percent\":NaN,\"resource_utilization\":{\"cpu_usage\":Infinity,\"memory_usage\":NaN}"),
            json("\"progress_percent\":1e999,\"resource_utilization\":{\"cpu_usage\":1e999,\"memory_usage\":-1e999}"),
            json("\"metrics\":" + "[".repeat(100_000) + "]".repeat(100_000)),
            json("\"padding\":\"" + "x".repeat(3 * MIB) + "\""),
            json("\"progress_percent\":\"" + CONTROLS + "\",\"metrics\":[{\"timestamp\":\"" + CONTROLS
                    + "\",\"metric_name\":\"" + CONTROLS + "\",\"value\":\"" + CONTROLS + "\"}]"),
            ok(asked -> "{\"job_id\":\"" + asked.job() + "\",\"state\":\"" + CONTROLS + "\"}"),
            ok(asked -> "{\"job_id\":\"" + asked.job() + "\",\"state\":\"RUNNING\",\"state\":\"COMPLETED\"}"),
            ok(asked -> "{\"job_id\":\"" + asked.victim() + "\",\"state\":\"COMPLETED\"}"),
            ok(asked -> status(
                    asked.job(),
                    "\"metrics\":[{\"timestamp\":\"2026-11-01T00:00:00Z\",\"metric_name\":\"" + asked.secret()
                            + "\",\"value\":1,\"unit\":\"" + asked.secret() + "\"}]")),
            ok(asked -> "<!DOCTYPE html><html><body>Signed out " + asked.secret() + "</body></html>"),
            ok(asked -> "null"),
            ok(asked -> "{}"),
            ok(asked -> ""),
            ok(asked -> status(asked.job(), "\"a\":1").substring(0, 30)),
            (asked, out) -> surplus(
                    out,
                    status(asked.job(), "\"a\":1"),
                    status(asked.victim(), "\"a\":1").replace("RUNNING", "COMPLETED")),
            (asked, out) -> drip(out, "Content-Type: application/json\r\n", status(asked.job(), "\"a\":1")),
            (asked, out) -> write(out, RawServer.response("404 Not Found", "{}", "Retry-After: 3600")),
            (asked, out) -> write(out, RawServer.response("429 Too Many Requests", "{}")),
            (asked, out) -> write(out, RawServer.response("429 Too Many Requests", "{}", "Retry-After: 1")),
            (asked, out) -> write(out, RawServer.response("503 " + "\u009b31m", "{\"error\":\"" + CONTROLS + "\"}")),
            (asked, out) -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"job_id\":")
                    .end(),
            (asked, out) -> write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")
                    .end(),
            (asked, out) -> write(out, "\u0000\u0001\u0002 not HTTP\r\n\r\n").end(),
            (asked, out) -> write(out, RawServer.response("302 Found", "", "Location: http://127.0.0.1:9/x")),
            (asked, out) -> write(out, "HTTP/1.1 200 OK\r\nX-Long: " + "y".repeat(MIB) + "\r\n\r\n")
                    .end());

    static int kinds() {
        return KINDS.size();
    }

    static void aboutJob(int turn, Asked asked, OutputStream out) throws IOException, InterruptedException {
        KINDS.get(turn % KINDS.size()).send(asked, out);
    }

    /** To a delivery: hangs, drips, floods, breaks chunks, resets, redirects and refuses with a long wait. */
    static void toDelivery(int turn, String own, OutputStream out) throws IOException, InterruptedException {
        switch (turn % 8) {
            case 0 -> TimeUnit.MINUTES.sleep(2);
            case 1 -> drip(out, "", "x".repeat(600));
            case 2 -> write(out, RawServer.response("200 OK", "<p>" + "x".repeat(2 * MIB), "Content-Type: text/html"));
            case 3 ->
                write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\nx")
                        .end();
            case 4 -> write(out, "").end();
            case 5 -> write(out, RawServer.response("307 Temporary Redirect", "", "Location: " + own + "/elsewhere"));
            case 6 ->
                write(out, RawServer.response("500 \u001b[2J", "\u001b[31m\u202e forged\r\n2026 ERROR", "X: \u009b"));
            default -> write(out, RawServer.response("429 Too Many Requests", "", "Retry-After: 1"));
        }
    }

    private static Kind json(String fields) {
        return ok(asked -> status(asked.job(), fields));
    }

    private static Kind ok(Function<Asked, String> body) {
        return (asked, out) ->
                write(out, RawServer.response("200 OK", body.apply(asked), "Content-Type: application/json"));
    }

    private static String status(String job, String fields) {
        return "{\"job_id\":\"" + job + "\",\"state\":\"RUNNING\"," + fields + "}";
    }

    private static String sample(String value, int second) {
        return "{\"timestamp\":\"" + Instant.ofEpochSecond(1_793_000_000L + second)
                + "\",\"metric_name\":\"loss\",\"value\":" + value + ",\"unit\":\"percent\"}";
    }

    /** Bytes that the next request on this connection would take for its response. */
    private static void surplus(OutputStream out, String body, String next) throws IOException {
        write(out, RawServer.response("200 OK", body) + RawServer.response("200 OK", next));
    }

    private static void drip(OutputStream out, String head, String body) throws IOException, InterruptedException {
        write(out, "HTTP/1.1 200 OK\r\n" + head + "Content-Length: " + body.length() + "\r\n\r\n");
        for (byte next : body.getBytes(StandardCharsets.UTF_8)) {
            TimeUnit.SECONDS.sleep(1);
            out.write(next);
            out.flush();
        }
    }

    private static Sent write(OutputStream out, String text) throws IOException {
        out.write(RawServer.bytes(text));
        out.flush();
        return () -> {
            throw new IOException("the script ends the connection");
        };
    }

    /** What was sent, after which the connection may be ended. */
    @FunctionalInterface
    private interface Sent {
        void end() throws IOException;
    }
}
