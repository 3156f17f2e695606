package io.trainwatch.demo.simulator;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/** Gives an {@link Answer} in its manner, never blocking the thread that calls. */
final class AnswerWriter {

    private static final int PIECES = 20;

    private final Scheduler scheduler;
    private final Duration trickleFor;
    private final Duration lateBy;

    AnswerWriter(Scheduler scheduler, Duration trickleFor, Duration lateBy) {
        this.scheduler = scheduler;
        this.trickleFor = trickleFor;
        this.lateBy = lateBy;
    }

    void write(Request request, Response response, Callback callback, Answer answer) {
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
        scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
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
