package io.trainwatch.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.conventions.Situation;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoundedAnswersTest {

    private static final Duration CONNECT = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMillis(400);

    @Test
    void aHeadThatTricklesInForTooLongEndsTheRequest() throws Exception {
        try (Server server = new Server("HTTP/1.1 200 OK\r\nX-Slow: ", 'a')) {
            assertThatThrownBy(() -> get(server))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("the head of the answer did not arrive whole within 500 ms");
            assertThat(server.connectionEnded.await(10, TimeUnit.SECONDS))
                    .as("the connection is not kept")
                    .isTrue();
        }
    }

    @Test
    void aBodyThatTricklesInForTooLongEndsTheRequest() throws Exception {
        try (Server server = new Server("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", 'a')) {
            assertThatThrownBy(() -> get(server))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("the answer did not arrive whole within 400 ms");
        }
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A response is longer than `trainwatch.request.max-response`",
            then = "The request ends, in words; nothing is read behind the bound")
    @Test
    void aBodyThatIsTooLongEndsTheRequest() throws Exception {
        String body = "a".repeat(1_001);
        try (Server server = new Server("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + body, null)) {
            assertThatThrownBy(() -> get(server))
                    .isInstanceOf(AnswerTooLong.class)
                    .hasMessage("the answer is longer than 1000 bytes");
        }
    }

    @Test
    void anAnswerWithinTheBoundsIsWhole() throws Exception {
        try (Server server = new Server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", null)) {
            assertThat(get(server)).isEqualTo("hello");
        }
    }

    private static String get(Server server) throws IOException {
        Limits limits = new Limits(CONNECT, LONGEST, 1_000, 1);
        HttpClientBuilder builder = HttpClientBuilder.create()
                .disableAutomaticRetries()
                .addExecInterceptorFirst(
                        "bounded-answers", new BoundedAnswers(limits, false, List.of(), InstantSource.system()));
        try (CloseableHttpClient client = builder.build()) {
            return client.execute(
                    new HttpGet("http://127.0.0.1:" + server.socket.getLocalPort() + "/"),
                    answer -> EntityUtils.toString(answer.getEntity()));
        }
    }

    /** Answers one request with the bytes, and then with one more every 20 ms, until the client goes away. */
    private static final class Server implements AutoCloseable {
        private final ServerSocket socket;
        private final CountDownLatch connectionEnded = new CountDownLatch(1);

        Server(String answer, Character then) throws IOException {
            socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(() -> serve(answer, then));
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(String answer, Character then) {
            try (Socket client = socket.accept()) {
                client.getInputStream().read(new byte[10_000]);
                OutputStream out = client.getOutputStream();
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
                while (then != null) {
                    out.write(then);
                    connectionEnded.await(20, TimeUnit.MILLISECONDS);
                }
                client.getInputStream().read();
            } catch (IOException | InterruptedException e) {
                connectionEnded.countDown();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
