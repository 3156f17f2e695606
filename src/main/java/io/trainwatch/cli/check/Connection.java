package io.trainwatch.cli.check;

import io.trainwatch.http.AddressGuard;
import io.trainwatch.http.Clients;
import io.trainwatch.http.ProxySettings;
import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * A connection that is made and closed again, with the TLS handshake where the URL wants it. Nothing else is sent, so that
 * no receiver can take it for an event.
 *
 * @param protocol such as {@code TLSv1.3}; empty without TLS
 * @param certificateUntil empty without TLS
 */
record Connection(Optional<String> protocol, Optional<Instant> certificateUntil) {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration HANDSHAKE = Duration.ofSeconds(3);

    /**
     * Opens one as the client of that name does, by its proxy where it has one for the URL.
     *
     * @param publicOnly whether only public addresses may be connected to
     */
    static Connection open(Clients clients, String client, URI url, boolean publicOnly) throws IOException {
        String host = Addresses.hostOf(url).replaceAll("[\\[\\]]", "");
        boolean secure = url.getScheme().equalsIgnoreCase("https");
        Optional<ProxySettings.Proxy> proxy = clients.proxy(client, url.getScheme(), host, Addresses.portOf(url));
        if (proxy.isPresent()) {
            try (Socket socket = connected(
                    proxy.get().host().replaceAll("[\\[\\]]", ""), proxy.get().port(), false)) {
                if (secure) {
                    Tunnel.open(socket, proxy.get(), host, port(url));
                }
                return secured(clients, client, socket, host, url, secure);
            }
        }
        try (Socket socket = connected(host, port(url), publicOnly)) {
            return secured(clients, client, socket, host, url, secure);
        }
    }

    private static Socket connected(String host, int port, boolean publicOnly) throws IOException {
        IOException last = null;
        for (InetAddress address : addresses(host, publicOnly)) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), (int) CONNECT.toMillis());
                socket.setSoTimeout((int) HANDSHAKE.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    /** The host and port, for people; never path or query, which may hold a secret. */
    static String place(URI url) {
        return Addresses.hostOf(url) + ":" + port(url);
    }

    String describe() {
        return protocol.map(name -> name
                        + certificateUntil
                                .map(until -> ", certificate valid until "
                                        + until.atOffset(ZoneOffset.UTC).toLocalDate())
                                .orElse(""))
                .orElse("connected, without TLS");
    }

    private static InetAddress[] addresses(String host, boolean publicOnly) throws IOException {
        SystemDefaultDnsResolver names = SystemDefaultDnsResolver.INSTANCE;
        return publicOnly ? new AddressGuard(names).resolve(host) : names.resolve(host);
    }

    private static int port(URI url) {
        if (Addresses.portOf(url) >= 0) {
            return Addresses.portOf(url);
        }
        return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static Connection secured(
            Clients clients, String client, Socket plain, String host, URI url, boolean secure) throws IOException {
        if (!secure) {
            return new Connection(Optional.empty(), Optional.empty());
        }
        try (SSLSocket socket = clients.handshake(client, plain, host, port(url))) {
            SSLSession session = socket.getSession();
            Instant until = session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? certificate.getNotAfter().toInstant()
                    : null;
            return new Connection(Optional.of(session.getProtocol()), Optional.ofNullable(until));
        }
    }

    /** A way through an HTTP proxy on which nothing is said but the TLS handshake. RFC 9110, section 9.3.6. */
    private static final class Tunnel {

        private static final int MAX_HEAD_BYTES = 16 * 1024;

        private Tunnel() {}

        /** @throws IOException where the proxy does not connect to the host; its message says why */
        static void open(Socket toProxy, ProxySettings.Proxy proxy, String host, int port) throws IOException {
            String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
            String authorization = proxy.user()
                    .map(user -> user.name() + ":"
                            + user.password().map(Secret::reveal).orElse(""))
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
}
