package io.trainwatch.operate;

import io.trainwatch.settings.Addresses;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.component.servlet.CamelHttpTransportServlet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves the REST routes when Trainwatch runs on its own; inside another runtime that one's servlet container does. */
public final class HttpServer implements AutoCloseable {

    private static final int THREADS = 16;
    /** In any letter case: RFC 9110 section 11.1. */
    private static final String SCHEME = "Bearer ";

    private final Server server;
    private final ServerConnector connector;

    private HttpServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for any that is free
     * @param token what callers must present as {@code Authorization: Bearer}; empty lets in anyone on this machine, but no
     *     page of another site in a browser on it
     * @throws IllegalStateException where the address cannot be listened on
     */
    public static HttpServer start(String host, int port, Optional<String> token) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("trainwatch-http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        Filter filter = token.map(HttpServer::bearer).orElseGet(HttpServer::thisMachineOnly);
        context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addFilter(new FilterHolder(noEmptyFailures()), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addFilter(new FilterHolder(takenAsJson()), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.setErrorHandler(new JsonErrors());
        server.setErrorHandler(new JsonErrors());
        ServletHolder camel = new ServletHolder("CamelServlet", CamelHttpTransportServlet.class);
        camel.setInitOrder(1);
        context.addServlet(camel, "/api/*");
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "Cannot listen on " + host + ":" + port + " (" + e.getMessage()
                            + "). Set trainwatch.http.port to a free port, or to 0 for any.",
                    e);
        }
        return new HttpServer(server, connector);
    }

    /** Where the API is. */
    public URI address() {
        String host = connector.getHost().contains(":") ? "[" + connector.getHost() + "]" : connector.getHost();
        return URI.create("http://" + host + ":" + connector.getLocalPort() + "/api");
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
            throw new IllegalStateException("The HTTP server did not stop: " + e.getMessage(), e);
        }
    }

    /**
     * A browser on this machine runs pages of other sites, which can call any server that it can reach. Their calls name
     * that site: as {@code Origin}, or, where its name was made to lead here (DNS rebinding), as {@code Host}.
     */
    private static Filter thisMachineOnly() {
        return (request, response, chain) -> {
            HttpServletRequest http = (HttpServletRequest) request;
            String origin = http.getHeader("Origin");
            if (Addresses.isLoopback(http.getServerName())
                    && (origin == null || Addresses.isLoopback(hostOf(origin)))) {
                chain.doFilter(request, response);
            } else {
                ((HttpServletResponse) response)
                        .sendError(
                                403,
                                "Without trainwatch.http.token only 127.0.0.1, [::1] and localhost are answered, and no"
                                        + " page of another site. Call one of these, or set the token.");
            }
        };
    }

    /** Empty for {@code null}, which stands for an origin that is not told. */
    private static String hostOf(String origin) {
        try {
            return Objects.requireNonNullElse(URI.create(origin).getHost(), "");
        } catch (IllegalArgumentException e) {
            return "";
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

    /** The API takes nothing but JSON; {@code curl -d} calls whatever it sends a form, which Camel would take apart. */
    private static Filter takenAsJson() {
        return (request, response, chain) -> chain.doFilter(
                new HttpServletRequestWrapper((HttpServletRequest) request) {
                    @Override
                    public String getContentType() {
                        return super.getContentType() == null ? null : "application/json";
                    }
                },
                response);
    }

    private static Filter bearer(String token) {
        byte[] expected = token.getBytes(StandardCharsets.UTF_8);
        return (request, response, chain) -> {
            String given = ((HttpServletRequest) request).getHeader("Authorization");
            // Compared in constant time, so that the time taken tells nothing of the token.
            if (given != null
                    && given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                    && MessageDigest.isEqual(
                            expected, given.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8))) {
                chain.doFilter(request, response);
            } else {
                HttpServletResponse answer = (HttpServletResponse) response;
                answer.setHeader("WWW-Authenticate", "Bearer");
                answer.sendError(
                        401, "Send the header Authorization: Bearer, with the token of trainwatch.http.token.");
            }
        };
    }
}
