package io.trainwatch.api;

import io.trainwatch.http.Deadlines;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;

/**
 * Closes connections that take too long: over a request, head and body, or over taking in its answer. An idle timeout
 * alone is satisfied with a byte now and then.
 */
final class CallerDeadlines implements Connection.Listener {

    private final Duration request;
    private final Duration answer;
    private final Map<Connection, Deadlines.Deadline> open = new ConcurrentHashMap<>();

    /**
     * @param request from the connection or the last answer to the end of a request
     * @param answer from there to the end of the answer
     */
    CallerDeadlines(Duration request, Duration answer) {
        this.request = request;
        this.answer = answer;
    }

    @Override
    public void onOpened(Connection connection) {
        open.put(connection, in(request, connection));
    }

    @Override
    public void onClosed(Connection connection) {
        Deadlines.Deadline deadline = open.remove(connection);
        if (deadline != null) {
            deadline.met();
        }
    }

    /** The request is there as a whole. */
    void answering(Request whole) {
        Connection connection = whole.getConnectionMetaData().getConnection();
        extend(connection, answer);
        Request.addCompletionListener(whole, failure -> extend(connection, request));
    }

    private void extend(Connection connection, Duration time) {
        open.computeIfPresent(connection, (same, deadline) -> {
            deadline.met();
            return in(time, connection);
        });
    }

    private static Deadlines.Deadline in(Duration time, Connection connection) {
        return Deadlines.OF_THIS_PROCESS.set(
                time, () -> connection.getEndPoint().close());
    }
}
