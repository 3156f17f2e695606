package io.trainwatch.errors;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Why a server gave no answer, as far as the exception tells. The first one counts that an exception fits. */
public enum NoAnswer {
    UNKNOWN_NAME("the host's name is not known", UnknownHostException.class),
    CERTIFICATE_DATED("TLS: the host's certificate is not valid today"),
    CERTIFICATE_UNTRUSTED("TLS: nobody whom this Java trusts signed the host's certificate"),
    CERTIFICATE_OF_ANOTHER("TLS: the host's certificate is for another name"),
    WITHOUT_TLS("the host speaks no TLS at this port"),
    /** Another failure of the handshake. */
    TLS("TLS: the handshake fails"),
    NO_CONNECTION_IN_TIME("no connection in time", ConnectTimeoutException.class),
    TIMED_OUT("it takes too long", SocketTimeoutException.class),
    NO_ROUTE("no route to the host", NoRouteToHostException.class),
    REFUSED("nothing listens there: connection refused", ConnectException.class),
    /** There was a connection, and it ended before the answer. */
    BROKEN_OFF(
            "the connection broke off",
            SocketException.class,
            NoHttpResponseException.class,
            ConnectionClosedException.class),
    HEAD_TOO_LONG("the head of what came is too long", MessageConstraintException.class),
    NOT_DECOMPRESSED("what came cannot be decompressed", ZipException.class),
    NO_HTTP("what came is no valid HTTP", ClientProtocolException.class, MalformedChunkCodingException.class),
    OTHER("for a reason that is not known here");

    private final String words;
    private final List<Class<?>> types;

    /** @param types exceptions that say so by themselves */
    NoAnswer(String words, Class<?>... types) {
        this.words = words;
        this.types = List.of(types);
    }

    String words() {
        return words;
    }

    public static NoAnswer of(Throwable thrown) {
        return thrown instanceof SSLException tls
                ? ofTls(tls)
                : Arrays.stream(values())
                        .filter(answer -> answer.types.stream().anyMatch(type -> type.isInstance(thrown)))
                        .findFirst()
                        .orElse(OTHER);
    }

    /** Java has no type for most of these; the texts are those of its own TLS. */
    private static NoAnswer ofTls(SSLException thrown) {
        String text = String.valueOf(thrown.getMessage());
        if (Outage.causes(thrown)
                .anyMatch(cause -> cause instanceof CertificateExpiredException
                        || cause instanceof CertificateNotYetValidException)) {
            return CERTIFICATE_DATED;
        }
        if (text.contains("certification path") || text.contains("PKIX")) {
            return CERTIFICATE_UNTRUSTED;
        }
        if (text.contains("No subject alternative")
                || text.contains("doesn't match any of the subject alternative names")
                || text.contains("No name matching")) {
            return CERTIFICATE_OF_ANOTHER;
        }
        return text.contains("Unsupported or unrecognized SSL message") ? WITHOUT_TLS : TLS;
    }
}
