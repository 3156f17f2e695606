package io.trainwatch.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is let in; 404 says that somebody was, since no route is there. */
class HttpServerTest {

    @Test
    void withoutATokenThisMachineIsLetInButNoPageOfAnotherSite() throws IOException {
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, Optional.empty())) {
            assertThat(status(server, "Host: 127.0.0.1:8080")).isEqualTo(404);
            assertThat(status(server, "Host: localhost")).isEqualTo(404);
            assertThat(status(server, "Host: [::1]:8080")).isEqualTo(404);
            assertThat(status(server, "Host: localhost", "Origin: http://localhost:3000"))
                    .isEqualTo(404);
            assertThat(status(server, "Host: rebound.example:8080")).isEqualTo(403);
            assertThat(status(server, "Host: 127.0.0.1.rebound.example")).isEqualTo(403);
            assertThat(status(server, "Host: 127.0.0.1", "Origin: https://evil.example"))
                    .isEqualTo(403);
            assertThat(status(server, "Host: 127.0.0.1", "Origin: null")).isEqualTo(403);
            assertThat(answer(server, "Host: rebound.example")).contains("trainwatch.http.token");
        }
    }

    @Test
    void withATokenWhoeverHasItIsLetIn() throws IOException {
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, Optional.of("open sesame"))) {
            assertThat(status(server, "Host: trainwatch.example", "Authorization: Bearer open sesame"))
                    .isEqualTo(404);
            assertThat(status(server, "Host: 127.0.0.1", "Authorization: Bearer open"))
                    .isEqualTo(401);
            assertThat(status(server, "Host: 127.0.0.1")).isEqualTo(401);
        }
    }

    private static int status(HttpServer server, String... headers) throws IOException {
        return Integer.parseInt(answer(server, headers).substring(9, 12));
    }

    /** Written by hand: HTTP clients do not let one choose the host. */
    private static String answer(HttpServer server, String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            String request =
                    "GET /api/nothing HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
