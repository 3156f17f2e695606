package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.api.HttpServer;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.watch.Phase;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The routes of the API behind the server of a run on its own, for callers who mean no good. */
class ApiOverHttpTest {

    private static final int HOSTILE_REQUESTS = Integer.getInteger("trainwatch.hostile.requests", 10_000);
    private static final String TOKEN = "schlüssel-für-Trainwatch-🔑";
    private static final String READ_TOKEN = "a-token-that-only-reads";
    private static final String BEARER = "Authorization: Bearer " + TOKEN + "\r\n";

    private static final List<String> METHODS =
            List.of("GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "PATCH", "CONNECT", "get", "BREW", "");
    private static final List<String> PATHS = List.of(
            "/api/jobs",
            "/api/health",
            "/api/statistics",
            "/api/jobs/acme/p1/job-1",
            "/api/jobs/acme/p1/",
            "/api/",
            "/",
            "/api/jobs/../health",
            "/api/jobs/%2e%2e/x",
            "/api//jobs",
            "/api/jobs;a=b",
            "/api/jobs/a/b/%00",
            "*",
            "/api/jobs/%ff/%c0%80/x",
            "/%zz",
            "http://evil.example/api/jobs",
            "/api/jobs/acme/p1/" + "x".repeat(5000),
            "//api/jobs",
            "/api/jobs/acme/p1/${bean:trainwatchApi}",
            "/api/jobs/acme/p1/a%0d%0ab",
            "/api/\\jobs",
            "/api/openapi.yaml",
            "/api/events",
            "/api/targets",
            "/api/jobs/acme/p1/job-1/samples",
            "/api/jobs/acme/p1/job-1/explanation",
            "/api/jobs/acme/p1/job-1/cancel",
            "/api/jobs/acme/p1/job-1/exempt",
            "/api/jobs/acme/p1/job-1/a/b",
            "/api/events/evt_1/replay",
            "/api/events/%0a/replay",
            "/api/targets/ops/enable",
            "/api/targets/ops/disable",
            "/api/targets/../enable",
            "/observe/health",
            "/observe/health/live/x",
            "/observe/metrics",
            "api");
    private static final List<String> QUERIES = List.of(
            "",
            "?x=%zz",
            "?x=%ff",
            "?state=RUNNING",
            "?limit=-1&after=%00",
            "?limit=99999999999&samples=x",
            "?after=0-0-1-acme:p1/a&sort=trouble&text=%25_!",
            "?job=x&status=y&target=%27%20or%201=1",
            "?state=%zz",
            "?state",
            "?=&&=",
            "?" + "a=b&".repeat(2000),
            "?%",
            "?CamelHttpUri=http://evil.example",
            "?CamelFileName=x&CamelBeanMethodName=getClass",
            "?state=a&state=b",
            "?x=${bean:trainwatchApi}",
            "?" + "x".repeat(20_000));
    private static final List<String> HEADERS = List.of(
            "Content-Type: text/plain; charset=nonsense",
            "Content-Type: multipart/form-data; boundary=",
            "Content-Type: ;;",
            "Content-Type: application/json",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type:",
            "Content-Encoding: gzip",
            "Content-Encoding: nonsense",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Content-Length: 3",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: x",
            "Expect: 100-continue",
            "Expect: nonsense",
            "Host: a, b",
            "Host:",
            "Host: [::1",
            "Upgrade: websocket",
            "Connection: upgrade",
            "Cookie: a=b; =; $Version=9",
            "Accept: */*, ;q=2",
            "Accept-Encoding: gzip",
            "Range: bytes=5-1",
            "If-Modified-Since: nonsense",
            "TE: x",
            "CamelHttpUri: http://evil.example",
            "CamelBeanMethodName: getClass",
            "X: " + "x".repeat(9000),
            "state: x",
            "Authorization: Basic nonsense",
            "Authorization: Bearer",
            "Sec-Fetch-Site: cross-site",
            "Origin: null",
            "X-Bad\u0001: x",
            " folded",
            "No colon",
            "X: \u0000\u001b[31m",
            "Content-Type: \u00ff\u00fe",
            "Forwarded: for=");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "{\"jobs\": [\"p1/a\"]}",
            "nonsense",
            "[".repeat(100_000),
            "{\"jobs\":\"" + "x".repeat(70_000),
            "a=b&c=%zz",
            "3\r\nabc\r\n0\r\n\r\n",
            "zz\r\n",
            "-1\r\n",
            "ffffffffffff\r\n",
            "\u0000\u00ff\u00fe",
            "\u001f\u008b\u0008\u0000",
            "{\"project\": \"p1\", \"job\": \"${bean:trainwatchApi}\"}",
            "{\"jobs\": [null, 1e999, {}]}",
            "1e99999999",
            "{\"reason\": \"x\"}",
            "{\"reason\": [\"x\"], \"exempt\": \"y\"}",
            "\"\\ud800\"");

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private RoutesUnderTest routes;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        routes = RoutesUnderTest.start(folder, new SettableClock(), Map.of());
        server = HttpServer.start(new HttpServer.Options(
                "127.0.0.1",
                0,
                Optional.of(TOKEN),
                Optional.of(READ_TOKEN),
                routes.beans().observed()));
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void stop() {
        root().detachAppender(log);
        server.close();
        routes.close();
    }

    @Test
    void whateverIsSentHarmsNobodyElse() throws Exception {
        long seed = Long.getLong("trainwatch.hostile.seed", 1);
        Random random = new Random(seed);
        for (int i = 0; i < HOSTILE_REQUESTS; i++) {
            String request = hostile(random);
            String answer = send(request);
            assertThat(answer.isEmpty() ? "HTTP/1.1 400" : answer)
                    .as("%s of seed %s: %s", i, seed, request)
                    .matches("(?s)HTTP/1\\.[01] [1-4].*");
        }
        assertThat(get("/api/health", "")).startsWith("HTTP/1.1 200").contains("\"status\" : \"UP\"");
        assertNothingLogged();
        assertThat(log.list).as("no flood of the log").hasSizeLessThan(10);
    }

    @Test
    void whatCannotBeReadIsTheCallersFaultAndSaidInJson() throws Exception {
        for (String query : List.of("?x=%zz", "?x=%", "?%zz=x", "?x=%ff", "?state=%zz")) {
            assertThat(get("/api/jobs" + query, ""))
                    .as(query)
                    .startsWith("HTTP/1.1 400")
                    .contains("\"error\"");
        }
        for (String type :
                List.of("text/plain", "application/json; charset=nonsense", "multipart/form-data", "x", ";")) {
            assertThat(post("{\"jobs\": [\"p1/a\"]}", "Content-Type: " + type + "\r\n"))
                    .as(type)
                    .startsWith("HTTP/1.1 415")
                    .contains("\"error\"");
        }
        for (String type : List.of("application/json", "application/json; charset=UTF-8", "Application/JSON ")) {
            assertThat(post("{\"jobs\": [\"p1/a\"]}", "Content-Type: " + type + "\r\n"))
                    .as(type)
                    .matches("(?s)HTTP/1.1 20[01].*");
        }
        assertThat(post("{\"jobs\": [\"p1/a\"]}", "")).startsWith("HTTP/1.1 200");
        assertThat(get("/api/health", "Content-Type: text/plain; charset=nonsense\r\n"))
                .startsWith("HTTP/1.1 200");
        assertNothingLogged();
    }

    @Test
    void everyAnswerTellsBrowsersToKeepAndGuessNothing() throws Exception {
        List<String> answers = List.of(
                get("/api/health", ""),
                get("/api/nothing", ""),
                get("/api/jobs?x=%zz", ""),
                get("/%zz", ""),
                send("nonsense\r\n\r\n"),
                send("GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
                post("nonsense", ""),
                post("{}", "Content-Encoding: gzip\r\n"),
                send(request("PUT", "/api/jobs", "", "{}")));
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer)
                        .contains("X-Content-Type-Options: nosniff", "Cache-Control: no-store", "application/json"));
        assertThat(get("/api/jobs", "Sec-Fetch-Site: cross-site\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("nosniff");
        assertThat(get("/api/jobs", "Sec-Fetch-Site: same-origin\r\n")).startsWith("HTTP/1.1 200");
        assertThat(get("/api/jobs", "Sec-Fetch-Site: none\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void onlyTheQueryFiltersAndNoHeaderIsTakenForAPartOfThePath() throws Exception {
        post("{\"jobs\": [\"p1/job-1\"]}", "");
        assertThat(get("/api/jobs", "state: FAILED\r\n")).contains("acme:p1/job-1");
        assertThat(get("/api/jobs", "CamelHttpQuery: state=FAILED\r\n")).contains("acme:p1/job-1");
        assertThat(get("/api/jobs?state=FAILED", "")).startsWith("HTTP/1.1 200").doesNotContain("acme:p1/job-1");
        assertThat(get("/api/jobs?a=b&state=F%41ILED&state=x", "")).doesNotContain("acme:p1/job-1");
        send(request("DELETE", "/api/jobs/acme/p1/other?job=job-1", "job: job-1\r\nproject: p1\r\n", ""));
        assertThat(routes.job(new JobKey("acme", "p1", "job-1")).phase()).isEqualTo(Phase.WATCHING);
    }

    @Test
    void textsOfOthersAreEscapedWhereverTheyComeFrom() throws Exception {
        post("{\"jobs\": [\"p1/job-1\"]}", "");
        String hostile = "a\u001b[2J\u0000\u009b\u0085\u2028\u2029\u202e\u2066\u200b\udb40\udc41\r\n2026 INFO forged";
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("trainwatch.db"));
                PreparedStatement update = store.prepareStatement("update job set failure = ?")) {
            update.setString(1, hostile);
            update.executeUpdate();
        }
        String body = get("/api/jobs", "").split("\r\n\r\n", 2)[1];
        assertThat(body.replaceAll("[\r\n]", "")).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");
        assertThat(new ObjectMapper().readTree(body).get(0).get("failure").asText())
                .isEqualTo(hostile);
    }

    @Test
    void oneRequestNamesAThousandJobsAtMost() throws Exception {
        assertThat(post(jobs(1_000), "")).startsWith("HTTP/1.1 201");
        assertThat(post(jobs(1_001), ""))
                .startsWith("HTTP/1.1 400")
                .contains("names 1001 jobs, and 1000 is the most in one request: send several");
        assertThat(post(jobs(50_000), "")).startsWith("HTTP/1.1 400");
        assertThat(post(jobs(360_000), "")).startsWith("HTTP/1.1 413");
        assertNothingLogged();
    }

    @Test
    void aTokenMayHoldAnyCharacterAndGuessingItIsSlow() throws Exception {
        assertThat(get("/api/health", "")).startsWith("HTTP/1.1 200");
        for (int i = 0; i < 5; i++) {
            assertThat(
                            send(
                                    "GET /api/health HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 401");
        }
        assertThat(get("/api/health", "")).startsWith("HTTP/1.1 429").contains("Retry-After: ");
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains("wrong token", "127.0.0.1"));
    }

    private static String jobs(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"p1/j" + i + "\"")
                .collect(Collectors.joining(",", "{\"jobs\": [", "]}"));
    }

    private static String hostile(Random random) {
        StringBuilder headers = new StringBuilder(random.nextInt(4) == 0 ? "" : "Host: localhost\r\n");
        headers.append(
                switch (random.nextInt(10)) {
                    case 0 -> "";
                    case 1 -> BEARER.replace(TOKEN, READ_TOKEN);
                    default -> BEARER;
                });
        for (int i = random.nextInt(4); i > 0; i--) {
            headers.append(any(HEADERS, random)).append("\r\n");
        }
        String body = any(BODIES, random);
        if (random.nextBoolean()) {
            headers.append("Content-Length: ").append(bytes(body).length).append("\r\n");
        }
        String version = random.nextInt(8) == 0
                ? any(List.of("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "nonsense", ""), random)
                : "HTTP/1.1";
        String request = any(METHODS, random) + " " + any(PATHS, random) + any(QUERIES, random) + " " + version + "\r\n"
                + headers + "\r\n" + body;
        if (random.nextInt(5) > 0) {
            return request;
        }
        char[] damaged = request.toCharArray();
        for (int i = random.nextInt(5); i >= 0; i--) {
            damaged[random.nextInt(damaged.length)] = (char) random.nextInt(256);
        }
        return new String(damaged, 0, 1 + random.nextInt(damaged.length));
    }

    private static String any(List<String> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    private void assertNothingLogged() {
        Map<String, Long> logged = log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR) || event.getThrowableProxy() != null)
                .collect(
                        Collectors.groupingBy(ILoggingEvent::getFormattedMessage, HashMap::new, Collectors.counting()));
        assertThat(logged).isEmpty();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private String get(String path, String headers) throws IOException {
        return send(request("GET", path, headers, ""));
    }

    private String post(String body, String headers) throws IOException {
        return send(request("POST", "/api/jobs", headers, body));
    }

    private static String request(String method, String path, String headers, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + BEARER + headers + "Connection: close\r\n"
                + (body.isEmpty() ? "" : "Content-Length: " + bytes(body).length + "\r\n") + "\r\n" + body;
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes(request));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return "";
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
