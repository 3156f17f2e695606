package io.trainwatch.journeys;

import static io.trainwatch.http.RawServer.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.http.RawServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receivers that take an event and then say what they like, and some that say yes and mean no, all at once. */
class ReceiversIT {

    /** These answer with 2xx, whatever follows: they have the event. */
    private static final List<String> TAKING = List.of("page", "drip", "short", "chunk", "gzip", "slack");

    private static final List<String> NOT_TAKING = List.of("teams", "headers");

    @TempDir
    Path folder;

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "2xx with a body that is cut, in broken chunks, or in broken gzip",
            then = "The event is delivered, once")
    @Test
    void a2xxIsTakenWhateverFollowsAndWordsMeanThemselves() throws Exception {
        String task = "{\"_id\":\"task-1\",\"name\":\"trainIntents\",\"status\":\"error\","
                + "\"failReason\":\"<!channel> <https://evil.example|click> a & b\"}";
        try (RawServer tenant = RawServer.answering(response("200 OK", task, "Content-Type: application/json"));
                RawServer receiver = new RawServer((number, request, out) -> take(request.split("[ /]+")[1], out));
                Distribution watch = new Distribution(folder)) {
            watch.set("trainwatch.tenant.acme.base-url", tenant.url())
                    .set("trainwatch.tenant.acme.api", "tasks")
                    .set("trainwatch.tenant.acme.api-key", "s3cret-key")
                    .set("trainwatch.webhook.slack.format", "slack")
                    .set("trainwatch.webhook.teams.format", "teams")
                    .set("trainwatch.watch.drain", "5s");
            TAKING.forEach(name -> watch.set("trainwatch.webhook." + name + ".url", receiver.url() + "/" + name));
            NOT_TAKING.forEach(name -> watch.set("trainwatch.webhook." + name + ".url", receiver.url() + "/" + name));
            assertThat(watch.start("watch", "acme:p1/task-1").awaitExit())
                    .as(watch.output())
                    .isEqualTo(10);
            for (String name : TAKING) {
                assertThat(requests(receiver, name)).as(watch.output()).hasSize(1);
                assertThat(watch.output()).doesNotContain("to " + name + ": still pending");
            }
            for (String name : NOT_TAKING) {
                assertThat(watch.output()).contains("to " + name + ": still pending");
            }
            assertThat(requests(receiver, "slack").get(0))
                    .contains("&lt;!channel&gt; &lt;https://evil.example|click&gt; a &amp; b")
                    .doesNotContain("<!channel>", "<https");
            assertThat(watch.output())
                    .contains("Webhook message delivery failed")
                    .doesNotContain("s3cret");
            watch.assertQuiet("to teams", "to headers");
        }
    }

    private static List<String> requests(RawServer receiver, String name) {
        return receiver.requests.stream()
                .filter(request -> request.startsWith("POST /" + name))
                .toList();
    }

    private static void take(String name, OutputStream out) throws IOException, InterruptedException {
        switch (name) {
            case "page" ->
                write(out, response("200 OK", "<p>" + "x".repeat(2 * 1024 * 1024), "Content-Type: text/html"));
            case "drip" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n");
                for (int i = 0; i < 30; i++) {
                    TimeUnit.SECONDS.sleep(1);
                    write(out, "x");
                }
            }
            case "short" -> breakOff(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
            case "chunk" -> breakOff(out, "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}");
            case "gzip" -> write(out, response("200 OK", "no gzip", "Content-Encoding: gzip"));
            case "teams" ->
                write(
                        out,
                        response(
                                "200 OK",
                                "Webhook message delivery failed with error: Microsoft Teams endpoint returned"
                                        + " HTTP error 429"));
            case "headers" -> breakOff(out, "HTTP/1.1 200 OK\r\nX-Long: " + "y".repeat(1024 * 1024) + "\r\n\r\n");
            default -> write(out, response("200 OK", "ok"));
        }
    }

    private static void breakOff(OutputStream out, String text) throws IOException {
        write(out, text);
        throw new IOException("the connection is ended");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(RawServer.bytes(text));
        out.flush();
    }
}
