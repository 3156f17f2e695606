package io.trainwatch.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.api.HttpServer.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one caller can take from the others. */
class ServerLimitsTest {

    private static final int MIB = 1024 * 1024;
    private static final String END = "Connection: close\r\n\r\n";

    private final List<Socket> open = new ArrayList<>();
    private final CountDownLatch free = new CountDownLatch(1);
    private CamelContext routes;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        routes = HttpServerTest.withoutTrainwatch();
        server = HttpServer.start(
                "127.0.0.1",
                0,
                Optional.empty(),
                new Limits(Duration.ofSeconds(3), Duration.ofSeconds(5), 64, MIB, 4L * MIB));
        routes.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("servlet:health").setBody(constant("fine"));
                from("servlet:size").setBody(simple("${bodyAs(String).length()}"));
                from("servlet:stuck").process(exchange -> free.await(30, TimeUnit.SECONDS));
                from("servlet:long").setBody(constant("x".repeat(8 * MIB)));
            }
        });
        routes.start();
    }

    @AfterEach
    void stop() throws Exception {
        free.countDown();
        await().atMost(Duration.ofSeconds(20)).until(() -> get("size").startsWith("HTTP/1.1 200"));
        for (Socket socket : open) {
            socket.close();
        }
        server.close();
        routes.stop();
    }

    @Test
    void aBodyOfAMebibyteIsReadAndALongerOneIsRefusedBeforeItIs() throws Exception {
        String most = "x".repeat(MIB);
        assertThat(post("size", "Content-Length: " + MIB, most))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\n" + MIB);
        assertThat(post("size", "Content-Length: " + (MIB + 1), most + "x"))
                .startsWith("HTTP/1.1 413")
                .contains("The body is longer than 1048576 bytes");
        assertThat(post("size", "Content-Length: 300000000000", "")).startsWith("HTTP/1.1 413");
        assertThat(chunked(MIB)).endsWith("\r\n\r\n" + MIB);
        assertThat(chunked(MIB + 1)).startsWith("HTTP/1.1 413").contains("\"error\"");
        assertThat(chunked(8 * MIB)).startsWith("HTTP/1.1 413");
    }

    @Test
    void aCompressedBodyIsRefused() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[64 * MIB]);
        }
        String body = packed.toString(StandardCharsets.ISO_8859_1);
        for (String coding : List.of("gzip", "x-gzip", "GZIP", "deflate", "identity, gzip", "br")) {
            assertThat(post("size", "Content-Encoding: " + coding + "\r\nContent-Length: " + body.length(), body))
                    .as(coding)
                    .startsWith("HTTP/1.1 415")
                    .contains("without Content-Encoding");
        }
        assertThat(post("size", "Content-Encoding: identity\r\nContent-Length: 2", "{}"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void slowBodiesKeepNobodyOutAndAreEnded() throws Exception {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            slow.add(send("POST /api/size HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"));
        }
        assertThat(get("health")).startsWith("HTTP/1.1 200");
        assertThat(post("size", "Content-Length: 2", "{}")).startsWith("HTTP/1.1 200");
        dripUntilEnded(slow);
    }

    @Test
    void slowHeadsAreEnded() throws Exception {
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            slow.add(send("GET /api/health HTTP/1.1\r\nX-Slow: "));
        }
        assertThat(get("health")).startsWith("HTTP/1.1 200");
        dripUntilEnded(slow);
    }

    @Test
    void aSlowRequestAfterAnotherIsEndedToo() throws Exception {
        Socket socket = send("GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        socket.getInputStream().readNBytes(10);
        dripUntilEnded(new ArrayList<>(List.of(socket)));
    }

    @Test
    void whoDoesNotTakeInTheAnswersKeepsNobodyOut() throws Exception {
        List<Socket> deaf = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            deaf.add(send("GET /api/long HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
        assertThat(get("health")).startsWith("HTTP/1.1 200");
        await("all ended")
                .atMost(Duration.ofSeconds(30))
                .until(() -> get("size").startsWith("HTTP/1.1 200"));
    }

    @Test
    void healthIsAnsweredWhileAllElseIsStuck() throws Exception {
        for (int i = 0; i < 40; i++) {
            send("GET /api/stuck HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(get("health")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void allBodiesTogetherAreBoundedAndThereIsRoomAgainWhenTheyAreEnded() throws Exception {
        for (int i = 0; i < 3; i++) {
            Socket socket = send("POST /api/size HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + MIB + "\r\n\r\n");
            write(socket, "x".repeat(MIB - 1));
        }
        await().atMost(Duration.ofSeconds(3)).until(() -> {
            write(
                    send("POST /api/size HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + MIB + "\r\n\r\n"),
                    "x".repeat(MIB - 1));
            return post("size", "Content-Length: " + MIB, "x".repeat(MIB)).startsWith("HTTP/1.1 503");
        });
        await("room")
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        post("size", "Content-Length: " + MIB, "x".repeat(MIB)).endsWith("\r\n\r\n" + MIB));
    }

    @Test
    void moreConnectionsThanTheLimitWaitUntilIdleOnesAreEnded() throws Exception {
        for (int i = 0; i < 200; i++) {
            send("");
        }
        assertThat(get("health")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aTokenIsNotGuessedQuickly() throws Exception {
        AtomicLong now = new AtomicLong();
        ApiAccess.ApiTokens access = new ApiAccess.ApiTokens(Map.of(Caller.TOKEN, "open sesame"), now::get);
        InetAddress guesser = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < ApiAccess.ApiTokens.MAX_WRONG; i++) {
            assertThat(status(access, "guess" + i, guesser)).isEqualTo(401);
        }
        assertThat(status(access, "guess", guesser)).isEqualTo(429);
        assertThat(status(access, "open sesame", guesser)).as("not compared").isEqualTo(429);
        assertThat(status(access, "open sesame", InetAddress.getByName("192.0.2.2")))
                .isZero();
        now.addAndGet(ApiAccess.ApiTokens.WINDOW.toNanos());
        assertThat(status(access, "open sesame", guesser)).isZero();
        for (int i = 0; i < 100_000; i++) {
            status(access, "guess", InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i
            }));
        }
    }

    @Test
    void allAddressesOfAnIpv6NetworkAreOneGuesser() throws Exception {
        ApiAccess.ApiTokens access = new ApiAccess.ApiTokens(Map.of(Caller.TOKEN, "open sesame"));
        for (int i = 0; i < ApiAccess.ApiTokens.MAX_WRONG; i++) {
            status(access, "guess", InetAddress.getByName("2001:db8::" + i));
        }
        assertThat(status(access, "open sesame", InetAddress.getByName("2001:db8::ffff")))
                .isEqualTo(429);
        assertThat(status(access, "open sesame", InetAddress.getByName("2001:db8:0:1::1")))
                .isZero();
    }

    private static int status(ApiAccess.ApiTokens access, String token, InetAddress caller) {
        return access.refuse("Bearer " + token, caller, known -> {})
                .map(ApiAccess.Refusal::status)
                .orElse(0);
    }

    /** A byte every now and then, which an idle timeout takes for a caller that is alive. */
    private void dripUntilEnded(List<Socket> slow) {
        await("all ended")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    slow.removeIf(socket -> {
                        try {
                            write(socket, "x");
                            return false;
                        } catch (SocketException e) {
                            return true;
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    return slow.isEmpty();
                });
    }

    private String chunked(int size) throws IOException {
        Socket socket = send("POST /api/size HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n" + END);
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        for (int i = 0; i < size / 0x10000; i++) {
            write(socket, chunk);
        }
        int rest = size % 0x10000;
        write(socket, (rest == 0 ? "" : Integer.toHexString(rest) + "\r\n" + "x".repeat(rest) + "\r\n") + "0\r\n\r\n");
        return read(socket);
    }

    private String post(String path, String headers, String body) throws IOException {
        Socket socket = send("POST /api/" + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + END);
        write(socket, body);
        return read(socket);
    }

    private String get(String path) throws IOException {
        return read(send("GET /api/" + path + " HTTP/1.1\r\nHost: localhost\r\n" + END));
    }

    private Socket send(String text) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.address().getPort());
        open.add(socket);
        write(socket, text);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
