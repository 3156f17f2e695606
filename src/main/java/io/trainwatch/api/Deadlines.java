package io.trainwatch.api;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/**
 * Closes connections that take too long: over a request, head and body, or over taking in its answer. An idle timeout
 * alone is satisfied with a byte now and then.
 */
final class Deadlines extends AbstractLifeCycle implements Connection.Listener {

    private final Duration request;
    private final Duration answer;
    private final Server server;
    /** When each open connection is closed, by {@link System#nanoTime}. */
    private final Map<Connection, Long> ends = new ConcurrentHashMap<>();

    /**
     * @param request from the connection or the last answer to the end of a request
     * @param answer from there to the end of the answer
     */
    Deadlines(Duration request, Duration answer, Server server) {
        this.request = request;
        this.answer = answer;
        this.server = server;
    }

    @Override
    public void onOpened(Connection connection) {
        extend(connection, request);
    }

    @Override
    public void onClosed(Connection connection) {
        ends.remove(connection);
    }

    /** The request is there as a whole. */
    void answering(Request whole) {
        Connection connection = whole.getConnectionMetaData().getConnection();
        extend(connection, answer);
        Request.addCompletionListener(
                whole,
                failure -> ends.computeIfPresent(connection, (open, end) -> System.nanoTime() + request.toNanos()));
    }

    private void extend(Connection connection, Duration time) {
        ends.put(connection, System.nanoTime() + time.toNanos());
    }

    @Override
    protected void doStart() {
        closeOverdue();
    }

    private void closeOverdue() {
        long now = System.nanoTime();
        ends.forEach((connection, end) -> {
            if (now - end > 0) {
                ends.remove(connection);
                connection.getEndPoint().close();
            }
        });
        if (isRunning() || isStarting()) {
            server.getScheduler().schedule(this::closeOverdue, request.toMillis() / 10, TimeUnit.MILLISECONDS);
        }
    }
}
