package io.trainwatch.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultContextServiceLoaderPlugin;
import org.apache.camel.spi.ContextServiceLoaderPluginResolver;
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
            assertThat(status(server, "Host: 127.0.0.1", "Authorization: bearer open sesame"))
                    .as("the scheme is of any letter case")
                    .isEqualTo(404);
            assertThat(status(server, "Host: 127.0.0.1", "Authorization: bearer OPEN SESAME"))
                    .isEqualTo(401);
        }
    }

    @Test
    void whatIsRefusedIsSaidInJsonAndNotBySoftwareAndVersion() throws Exception {
        CamelContext routes = withoutTrainwatch();
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, Optional.of("open sesame"))) {
            routes.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("servlet:broken?httpMethodRestrict=GET").throwException(new IllegalStateException("secret"));
                }
            });
            routes.start();
            String[] known = {"Host: 127.0.0.1", "Authorization: Bearer open sesame"};
            assertThat(error(request(server, "GET /api/statistics", "Host: 127.0.0.1"), 401))
                    .contains("trainwatch.http.token");
            assertThat(error(request(server, "GET /api/nothing", known), 404)).contains("/api/health");
            assertThat(error(request(server, "GET /nothing", known), 404)).contains("/api/health");
            assertThat(error(request(server, "DELETE /api/broken", known), 405)).isEqualTo("Method Not Allowed");
            assertThat(error(request(server, "GET /api/broken", known), 500))
                    .contains("its log says why")
                    .doesNotContain("secret");
            assertThat(error(request(server, "GET /%zz", known), 400)).isNotEmpty();
        } finally {
            routes.stop();
        }
    }

    @Test
    void ofAHeadRoutesGetOnlyWhatTheyNeed() throws Exception {
        CamelContext routes = withoutTrainwatch();
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, Optional.of("open sesame"))) {
            routes.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("servlet:echo").setBody(simple("${headers}"));
                }
            });
            routes.start();
            String answer = request(
                    server,
                    "GET /api/echo?CamelHttpUri=canary-1&camelhttppath=canary-2&a=b",
                    "Host: 127.0.0.1",
                    "Authorization: Bearer open sesame",
                    "CamelHttpUri: canary-3",
                    "camelHTTPpath: canary-4",
                    "org.apache.camel.x: canary-5",
                    "state: canary-6",
                    "Cookie: canary-7");
            assertThat(answer).startsWith("HTTP/1.1 200").contains("a=b").doesNotContain("open sesame");
            assertThat(answer.replaceFirst("CamelHttpQuery=[^,]*", "").replaceFirst("CamelHttpRawQuery=[^,]*", ""))
                    .doesNotContain("canary");
        } finally {
            routes.stop();
        }
    }

    @Test
    void itNamesWhatCanBeRead() {
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, Optional.empty())) {
            String api = "http://127.0.0.1:" + server.address().getPort() + "/api/";
            assertThat(server.resources().stream().map(URI::toString))
                    .containsExactly(api + "statistics", api + "jobs", api + "health");
        }
    }

    /** Trainwatch brings itself into any context that loads plugins. */
    static CamelContext withoutTrainwatch() {
        CamelContext context = new DefaultCamelContext(false);
        context.getCamelContextExtension()
                .addContextPlugin(ContextServiceLoaderPluginResolver.class, new DefaultContextServiceLoaderPlugin() {
                    @Override
                    protected void doStart() {}
                });
        return context;
    }

    /** What a JSON answer with that status says. */
    private static String error(String answer, int status) throws IOException {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains("application/json")
                .doesNotContain("Jetty");
        return new ObjectMapper()
                .readTree(answer.substring(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
                .path("error")
                .asText();
    }

    private static int status(HttpServer server, String... headers) throws IOException {
        return Integer.parseInt(answer(server, headers).substring(9, 12));
    }

    private static String answer(HttpServer server, String... headers) throws IOException {
        return request(server, "GET /api/nothing", headers);
    }

    /** Written by hand: HTTP clients do not let one choose the host. */
    static String request(HttpServer server, String line, String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            String request = line + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
