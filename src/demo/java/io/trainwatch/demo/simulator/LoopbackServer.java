package io.trainwatch.demo.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP server on 127.0.0.1 that computes each answer from the whole request.
 *
 * <p>Has one selector and at most six threads, and blocks none of them: an answer takes microseconds to compute, and a
 * benchmark beside it keeps its cores. Threads are daemons; they do not keep the process alive.
 */
final class LoopbackServer implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int PIECES = 20;
    private static final int LARGEST_BODY = 1024 * 1024;
    private static final Answer UNREADABLE =
            Answer.problem(413, "the body could not be read").with("Connection", "close");
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final Server server;
    private final ServerConnector connector;
    private final Function<Call, Answer> answers;
    private final Duration trickleFor;
    private final Duration lateBy;

    /**
     * Starts it.
     *
     * @param port 0 for any that is free
     * @param trickleFor how long an answer given {@link Answer.Manner#SLOWLY} takes
     * @param lateBy how long one given {@link Answer.Manner#LATE} is held back
     * @throws UncheckedIOException where it cannot listen, as when the port is taken; the message names it
     */
    LoopbackServer(String name, int port, Duration trickleFor, Duration lateBy, Function<Call, Answer> answers) {
        this.answers = answers;
        this.trickleFor = trickleFor;
        this.lateBy = lateBy;
        QueuedThreadPool threads = new QueuedThreadPool(6, 2);
        threads.setName(name);
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        server = new Server(threads);
        server.setStopTimeout(0);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // Otherwise a header value that Jetty knows in another spelling is recorded in Jetty's spelling.
        http.setHeaderCacheCaseSensitive(true);
        // Some clients put a slash too many between base and path, which the real servers take.
        http.setUriCompliance(UriCompliance.DEFAULT.with("simulator", UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT));
        connector = new ServerConnector(server, 0, 1, new HttpConnectionFactory(http));
        connector.setHost(HOST);
        connector.setPort(port);
        connector.setAcceptQueueSize(1_024);
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.setHandler(new Entry());
        start(name, port);
    }

    private void start(String name, int port) {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new UncheckedIOException(
                    name + " cannot listen on " + HOST + ":" + port,
                    e instanceof IOException io ? io : new IOException(e));
        }
    }

    /** {@code http://127.0.0.1:<port>}, without a slash at the end. */
    String url() {
        return "http://" + HOST + ":" + connector.getLocalPort();
    }

    /** Stops at once: answers that are due are not given, connections are closed. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the simulated server did not stop", e);
        }
    }

    private final class Entry extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!"POST".equals(request.getMethod())) {
                write(request, response, callback, answer(request, new byte[0]));
                return true;
            }
            Promise.Invocable<byte[]> whole = Promise.Invocable.from(
                    InvocationType.NON_BLOCKING,
                    body -> write(request, response, callback, answer(request, body)),
                    failure -> write(request, response, callback, UNREADABLE));
            Content.Source.asByteArrayAsync(request, LARGEST_BODY, whole);
            return true;
        }

        private Answer answer(Request request, byte[] body) {
            return answers.apply(new Call(
                    request.getMethod(),
                    Request.getPathInContext(request),
                    request.getHttpURI().getQuery(),
                    request.getHeaders(),
                    body));
        }
    }

    /** Gives an {@link Answer} in its manner, never blocking the thread that calls. */
    private void write(Request request, Response response, Callback callback, Answer answer) {
        switch (answer.manner()) {
            case AT_ONCE -> writeWhole(response, callback, answer);
            case LATE ->
                after(lateBy, () -> {
                    if (isGone(request)) {
                        callback.failed(new EofException("the caller did not wait"));
                    } else {
                        writeWhole(response, callback, answer);
                    }
                });
            case SLOWLY -> {
                begin(response, answer);
                writeFrom(0, request, response, callback, answer);
            }
            case NEVER -> reset(request, callback);
        }
    }

    private static void begin(Response response, Answer answer) {
        response.setStatus(answer.status());
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        if (answer.status() != 204) {
            response.getHeaders().put("Content-Length", answer.body().length);
        }
    }

    private static void writeWhole(Response response, Callback callback, Answer answer) {
        begin(response, answer);
        answer.served().run();
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    private void writeFrom(int offset, Request request, Response response, Callback callback, Answer answer) {
        int length = Math.min(answer.body().length - offset, answer.body().length / PIECES + 1);
        int end = offset + length;
        ByteBuffer piece = ByteBuffer.wrap(answer.body(), offset, length);
        if (isGone(request)) {
            callback.failed(new EofException("the caller did not wait"));
        } else if (end == answer.body().length) {
            answer.served().run();
            response.write(true, piece, callback);
        } else {
            Runnable rest = () -> writeFrom(end, request, response, callback, answer);
            response.write(
                    false, piece, Callback.from(() -> after(trickleFor.dividedBy(PIECES), rest), callback::failed));
        }
    }

    private void after(Duration delay, Runnable task) {
        server.getScheduler().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Whether the caller has closed the connection, so that an answer would not count as served. It may not send
     * anything before it is answered, so there is nothing else to read.
     */
    private static boolean isGone(Request request) {
        try {
            EndPoint connection =
                    request.getConnectionMetaData().getConnection().getEndPoint();
            return connection.fill(BufferUtil.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static void reset(Request request, Callback callback) {
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        if (connection.getTransport() instanceof SocketChannel socket) {
            try {
                // Closing with a linger time of 0 sends RST, which is what a caller meets when a server dies.
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // The caller has gone already; closing is all that is left to do.
            }
        }
        connection.close();
        callback.failed(new EofException("reset by the simulator"));
    }
}
