package io.trainwatch.routes;

import static io.trainwatch.http.RawServer.bytes;
import static io.trainwatch.http.RawServer.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.http.RawServer;
import io.trainwatch.tenant.TokenRefused;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The request for a token, from the route to the socket. */
class FetchTokenRouteTest {

    private static final String SECRET = "s3cret: %";
    private static final String TOKEN =
            response("200 OK", "{\"access_token\":\"t0ken\",\"token_type\":\"JWT\",\"expires_in\":\"3599.0\"}");

    @TempDir
    private Path folder;

    private RawServer endpoint;
    private RoutesUnderTest routes;

    @AfterEach
    void stop() throws Exception {
        routes.close();
        endpoint.close();
    }

    @Test
    void anEndpointThatTakesBasicOnlyIsShownTheClientThatWay() throws Exception {
        start((number, request, out) -> out.write(bytes(
                request.contains("Authorization: Basic ")
                        ? TOKEN
                        : response("401 Unauthorized", "{\"error\":\"invalid_client\"}"))));
        assertThat(authorization()).isEqualTo(Map.of("Authorization", "Bearer t0ken"));
        assertThat(endpoint.requests).hasSize(2);
        String first = endpoint.requests.get(0);
        String second = endpoint.requests.get(1);
        assertThat(List.of(first, second))
                .allMatch(request -> request.startsWith("POST /oauth2/token/?api-version=1.0&x=%2F HTTP/1.1\r\n"))
                .allMatch(request -> request.contains("Content-Type: application/x-www-form-urlencoded"))
                .allMatch(request -> request.endsWith("&audience=https%3A%2F%2Fa&resource=b"));
        assertThat(first)
                .contains("client_id=watcher&client_secret=s3cret%3A+%25")
                .doesNotContain("Authorization");
        assertThat(second)
                .contains("Basic " + Base64.getEncoder().encodeToString(bytes("watcher:s3cret%3A+%25")))
                .doesNotContain("client_secret");
    }

    @Test
    void aRefusalTellsWhatTheEndpointSaysButNotTheSecret() throws Exception {
        start((number, request, out) -> out.write(bytes(response(
                "200 OK",
                "{\"error\":\"invalid_grant\",\"error_description\":\"nobody has " + SECRET + "\\u202e\\n here\"}"))));
        assertThatThrownBy(this::authorization)
                .isInstanceOf(TokenRefused.class)
                .hasMessageContaining("(invalid_grant: nobody has ***")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET, "\u202e", "\n"));
    }

    private void start(RawServer.Script script) throws Exception {
        endpoint = new RawServer(script);
        Map<String, String> more = new HashMap<>(Map.of(
                "trainwatch.tenant.acme.client-id", "watcher",
                "trainwatch.tenant.acme.client-secret", SECRET,
                "trainwatch.tenant.acme.scopes", "read",
                "trainwatch.tenant.acme.token-params", "audience=https://a; resource=b",
                "trainwatch.tenant.acme.token-url", endpoint.url() + "/oauth2/token/?api-version=1.0&x=%2F"));
        routes = RoutesUnderTest.start(folder, new SettableClock(), more);
    }

    private Map<String, String> authorization() {
        return routes.beans().tenants().authorization("acme");
    }
}
