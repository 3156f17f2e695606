package io.trainwatch.cli.check;

import io.trainwatch.http.ProxySettings;
import io.trainwatch.settings.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A way through an HTTP proxy on which nothing is said but the TLS handshake. RFC 9110, section 9.3.6. */
final class Tunnel {

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private Tunnel() {}

    /** @throws IOException where the proxy does not connect to the host; its message says why */
    static void open(Socket toProxy, ProxySettings.Proxy proxy, String host, int port) throws IOException {
        String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        String authorization = proxy.user()
                .map(user ->
                        user.name() + ":" + user.password().map(Secret::reveal).orElse(""))
                .map(both -> "Proxy-Authorization: Basic "
                        + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)) + "\r\n")
                .orElse("");
        toProxy.getOutputStream()
                .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + authorization + "\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        String head = head(toProxy.getInputStream());
        if (!head.matches("(?s)HTTP/1\\.[01] 2\\d\\d\\b.*")) {
            String status = head.matches("(?s)HTTP/1\\.[01] \\d{3}\\b.*") ? head.substring(9, 12) : "no HTTP";
            throw new SocketException("the proxy answers " + status);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < MAX_HEAD_BYTES && !head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
