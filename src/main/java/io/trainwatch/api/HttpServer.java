package io.trainwatch.api;

import com.sun.management.UnixOperatingSystemMXBean;
import io.trainwatch.errors.Words;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.component.servlet.CamelHttpTransportServlet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves the REST routes when Trainwatch runs on its own; inside another runtime that one's servlet container does.
 *
 * <p>A request passes, in this order, {@link PageFiles.PageHandler} (which serves the files of the page), {@link RequestGuard} (who may call, and what is refused by its head alone),
 * {@link WholeMessages} (no thread waits for a caller) and a limit of requests that are answered at once, of which health is
 * exempt; {@link CallerDeadlines} ends connections that take too long over any of it.
 */
public final class HttpServer implements AutoCloseable {

    private static final int THREADS = 24;
    /** Fewer than threads, so that some are left for health. */
    private static final int MAX_ANSWERED_AT_ONCE = 8;

    private static final Duration MAX_WAIT_FOR_TURN = Duration.ofSeconds(5);
    private static final Duration IDLE_TIMEOUT_AT_LIMIT = Duration.ofSeconds(1);
    private static final int MIN_CONNECTIONS = 8;

    private final Server server;
    private final ServerConnector connector;

    private HttpServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * What callers are held to.
     *
     * @param request from the connection, or the answer before, to the last byte of a request
     * @param answer from there to the last byte of the answer
     * @param connections at a time
     * @param body bytes of one request
     * @param bodies bytes of all requests that are not answered yet
     */
    record Limits(Duration request, Duration answer, int connections, int body, long bodies) {

        static final Limits USUAL =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), 256, 1024 * 1024, 16L * 1024 * 1024);
    }

    /**
     * Where to listen, and for whom.
     *
     * @param port 0 for any that is free
     * @param token what callers must present as {@code Authorization: Bearer}, or to read {@code readToken}; where both are
     *     empty anyone on this machine is let in, but no page of another site in a browser on it
     * @param observed what is served below {@code /observe}, by path
     */
    public record Options(
            String host,
            int port,
            Optional<String> token,
            Optional<String> readToken,
            Map<String, ? extends HttpServlet> observed) {

        private ApiAccess access() {
            Map<Caller, String> tokens = Caller.byToken(token, readToken);
            return tokens.isEmpty() ? new ApiAccess.ThisMachine() : new ApiAccess.ApiTokens(tokens);
        }
    }

    /** Starts to listen, for callers with this token; see {@link Options}. */
    public static HttpServer start(String host, int port, Optional<String> token) {
        return start(host, port, token, Limits.USUAL);
    }

    static HttpServer start(String host, int port, Optional<String> token, Limits limits) {
        return start(new Options(host, port, token, Optional.empty(), Map.of()), limits);
    }

    /** @throws IllegalStateException where the address cannot be listened on */
    public static HttpServer start(Options options) {
        return start(options, Limits.USUAL);
    }

    private static HttpServer start(Options options, Limits limits) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("trainwatch-http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setIdleTimeout(limits.request().toMillis());
        server.addConnector(connector);
        CallerDeadlines deadlines = new CallerDeadlines(limits.request(), limits.answer());
        connector.addBean(deadlines);
        NetworkConnectionLimit connections =
                new NetworkConnectionLimit(Math.min(limits.connections(), halfOfFreeFiles()), connector);
        connections.setEndPointIdleTimeout(IDLE_TIMEOUT_AT_LIMIT.toMillis());
        server.addBean(connections);

        QoSHandler answered = new QoSHandler(routes(options.observed()));
        answered.setMaxRequestCount(MAX_ANSWERED_AT_ONCE);
        answered.setMaxSuspend(MAX_WAIT_FOR_TURN);
        answered.excludePath("/api/health");
        answered.excludePath(RequestGuard.PROBES + "/*");
        WholeMessages whole = new WholeMessages(answered, limits.body(), limits.bodies(), deadlines);
        ApiAccess access = options.access();
        boolean wantsToken = access instanceof ApiAccess.ApiTokens;
        ApiAccess toPage = wantsToken ? request -> Optional.empty() : access;
        RequestGuard guard = new RequestGuard(whole, access, limits.body());
        server.setHandler(new PageFiles.PageHandler(guard, new PageFiles(wantsToken), toPage, deadlines));
        server.setErrorHandler(new JsonAnswer.JsonErrors());
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "Cannot listen on " + options.host() + ":" + options.port() + " (" + Words.why(e)
                            + "). Set trainwatch.http.port to a free port, or to 0 for any.",
                    e);
        }
        return new HttpServer(server, connector);
    }

    private static ServletContextHandler routes(Map<String, ? extends HttpServlet> observed) {
        ServletContextHandler context = new ServletContextHandler("/");
        context.addFilter(new FilterHolder(noEmptyFailures()), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.setErrorHandler(new JsonAnswer.JsonErrors());
        ServletHolder camel = new ServletHolder("CamelServlet", CamelHttpTransportServlet.class);
        camel.setInitOrder(1);
        context.addServlet(camel, "/api/*");
        observed.forEach((path, servlet) -> context.addServlet(new ServletHolder(servlet), "/observe" + path));
        return context;
    }

    /** Of the files that this process may still open; the others are for the audit, the store and tenants. */
    private static int halfOfFreeFiles() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
            return (int) Math.max(MIN_CONNECTIONS, Math.min(Integer.MAX_VALUE, free / 2));
        }
        return Integer.MAX_VALUE;
    }

    /** Where the API is. */
    public URI address() {
        String host = connector.getHost().contains(":") ? "[" + connector.getHost() + "]" : connector.getHost();
        return URI.create("http://" + host + ":" + connector.getLocalPort() + "/api");
    }

    /** Where the page is. */
    public URI page() {
        return address().resolve("/");
    }

    /** What can be read there. */
    public List<URI> resources() {
        return Stream.of("statistics", "jobs", "health")
                .map(name -> URI.create(address() + "/" + name))
                .toList();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The HTTP server did not stop: " + Words.why(e), e);
        }
    }

    /** A route that fails leaves an empty answer, of which a caller learns nothing. */
    private static Filter noEmptyFailures() {
        return (request, response, chain) -> {
            chain.doFilter(request, response);
            HttpServletResponse answer = (HttpServletResponse) response;
            if (answer.getStatus() == 500 && !answer.isCommitted()) {
                answer.sendError(500);
            }
        };
    }
}
