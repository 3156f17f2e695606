package io.trainwatch.preflight;

import io.trainwatch.webhook.AddressGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
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

    /** @param publicOnly whether only public addresses may be connected to */
    static Connection open(URI url, boolean publicOnly) throws IOException {
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        IOException last = null;
        for (InetAddress address : addresses(host, publicOnly)) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port(url)), (int) CONNECT.toMillis());
                socket.setSoTimeout((int) HANDSHAKE.toMillis());
                return url.getScheme().equalsIgnoreCase("https")
                        ? handshake(socket, host, port(url))
                        : new Connection(Optional.empty(), Optional.empty());
            } catch (javax.net.ssl.SSLException e) {
                throw e; // another address of the host would say the same
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** The host and port, for people; never path or query, which may hold a secret. */
    static String place(URI url) {
        return url.getHost() + ":" + port(url);
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
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static Connection handshake(Socket plain, String host, int port) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            SSLSession session = socket.getSession();
            Instant until = session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? certificate.getNotAfter().toInstant()
                    : null;
            return new Connection(Optional.of(session.getProtocol()), Optional.ofNullable(until));
        }
    }
}
