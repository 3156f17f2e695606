package io.trainwatch.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Uses no connection again on which something came behind a response: it would be taken for the response to the next
 * request, which may be another job's.
 *
 * <p>What came is in the connection's buffer or still in the socket's. Both are looked at before a request is sent, without
 * waiting, and another connection is taken in its place. Bytes that arrive between that look and the request cannot be told
 * from a response. Thread-safe.
 */
final class KeptConnections extends HttpRequestExecutor implements ExecChainHandler {

    /** More than a pool holds. */
    private static final int MAX_TRIES = 1_000;

    private static final Timeout AT_ONCE = Timeout.ofMilliseconds(1);

    /** What was read from each connection and not used; the parser is the only one that is shown it. */
    private final Map<HttpConnection, Parser> parsers = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * Makes connections that can be looked at.
     *
     * @param lenient whether a body may be announced in a way that is against the rules
     */
    HttpConnectionFactory<ManagedHttpClientConnection> factory(boolean lenient) {
        return socket -> {
            Parser[] made = new Parser[1];
            ManagedHttpClientConnection connection = ManagedHttpClientConnectionFactory.builder()
                    .responseParserFactory(config -> {
                        made[0] = new Parser(DefaultHttpResponseParserFactory.INSTANCE.create());
                        return made[0];
                    })
                    .incomingContentLengthStrategy(
                            lenient ? KeptConnections::lengthOrEnd : DefaultContentLengthStrategy.INSTANCE)
                    .build()
                    .createConnection(socket);
            parsers.put(connection, made[0]);
            return connection;
        };
    }

    private static long lengthOrEnd(HttpMessage message) {
        try {
            return DefaultContentLengthStrategy.INSTANCE.determineLength(message);
        } catch (HttpException e) {
            return ContentLengthStrategy.UNDEFINED;
        }
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback callback,
            HttpContext context)
            throws IOException, HttpException {
        if (hasSurplus(connection)) {
            connection.close(CloseMode.IMMEDIATE);
            throw new Surplus();
        }
        return super.execute(request, connection, callback, context);
    }

    private boolean hasSurplus(HttpClientConnection connection) {
        try {
            Parser parser = parsers.get(connection);
            return parser != null && parser.hasUnread()
                    || connection instanceof ManagedHttpClientConnection managed && hasArrived(managed);
        } catch (IOException e) {
            return true; // it is of no use either
        }
    }

    private static boolean hasArrived(ManagedHttpClientConnection connection) throws IOException {
        Socket socket = connection.getSocket();
        if (socket == null || socket.getInputStream().available() == 0) {
            return false;
        }
        // With TLS it may be a message of the handshake, such as the ticket of a session.
        return connection.getSSLSession() == null || connection.isDataAvailable(AT_ONCE);
    }

    /** Nothing was sent where there was a surplus, so another connection may be tried. */
    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Header[] headers = request.getHeaders();
        for (int tries = 1; ; tries++) {
            try {
                return chain.proceed(request, scope);
            } catch (Surplus e) {
                if (tries == MAX_TRIES) {
                    throw e;
                }
                request.setHeaders(headers); // without those that the client adds, and would find there
            }
        }
    }

    private static final class Surplus extends IOException {
        Surplus() {
            super("something came behind an answer on a kept connection");
        }
    }

    private static final class Parser implements HttpMessageParser<ClassicHttpResponse> {
        private final HttpMessageParser<ClassicHttpResponse> parser;
        private volatile SessionInputBuffer buffer;

        Parser(HttpMessageParser<ClassicHttpResponse> parser) {
            this.parser = parser;
        }

        boolean hasUnread() {
            return buffer != null && buffer.length() > 0;
        }

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer from, InputStream in) throws IOException, HttpException {
            buffer = from;
            return parser.parse(from, in);
        }
    }
}
