package io.trainwatch.demo.simulator;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Calls a simulated tenant with a token, as a well-behaved client does. */
final class TenantCaller implements AutoCloseable {

    private final SimulatedTenant tenant;
    private final HttpCaller http = new HttpCaller();
    private String token = "";

    TenantCaller(SimulatedTenant tenant) {
        this.tenant = tenant;
    }

    /** Fetches a token with both scopes and uses it from now on. */
    HttpCaller.Reply signIn() throws IOException {
        return signIn("ai:training:read ai:training:write");
    }

    HttpCaller.Reply signIn(String scopes) throws IOException {
        HttpCaller.Reply reply = requestToken(
                "client_credentials",
                tenant.options().clientId(),
                tenant.options().clientSecret(),
                scopes);
        token = reply.json().get("access_token").asText();
        return reply;
    }

    HttpCaller.Reply requestToken(String grant, String id, String secret, String scopes) throws IOException {
        return http.postForm(
                uri("/oauth/token"),
                "grant_type=" + encoded(grant) + "&client_id=" + encoded(id) + "&client_secret=" + encoded(secret)
                        + "&scope=" + encoded(scopes));
    }

    HttpCaller.Reply requestTokenWithBasic(String credentials) throws IOException {
        return http.postForm(
                uri("/oauth/token"), "grant_type=client_credentials", "Authorization", "Basic " + credentials);
    }

    HttpCaller.Reply status(String project, String job) throws IOException {
        return http.get(uri("/projects/" + project + "/ai/train/" + job + "/status"), "Authorization", bearer());
    }

    HttpCaller.Reply cancel(String project, String job) throws IOException {
        return http.delete(uri("/projects/" + project + "/ai/train/" + job), "Authorization", bearer());
    }

    HttpCaller.Reply project(String project) throws IOException {
        return http.get(uri("/projects/" + project), "Authorization", bearer());
    }

    /** Sends a status request and closes the connection without reading. */
    void askForStatusAndHangUp(String project, String job) throws IOException {
        URI base = tenant.baseUrl();
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            String request = "GET " + base.getPath() + "/projects/" + project + "/ai/train/" + job
                    + "/status HTTP/1.1\r\nHost: tenant\r\nAuthorization: " + bearer() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }
    }

    HttpCaller http() {
        return http;
    }

    String uri(String path) {
        return tenant.baseUrl() + path;
    }

    private String bearer() {
        return "Bearer " + token;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
