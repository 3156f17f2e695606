package io.trainwatch.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.http.common.HttpMessage;
import org.eclipse.jetty.server.Request;

/**
 * Who sends a request, for the audit, and what it may do.
 *
 * @param name of its token; in another runtime, which lets callers in itself, of its user
 * @param mayAct whether it may do more than read
 */
record Caller(String name, boolean mayAct) {

    static final Caller TOKEN = new Caller("http.token", true);
    static final Caller READ_TOKEN = new Caller("http.read-token", false);
    static final Caller THIS_MACHINE = new Caller("this-machine", true);
    /** Sees nothing but whether the service is up, and the files of the page. */
    static final Caller UNKNOWN = new Caller("unknown", false);

    private static final Caller RUNTIME = new Caller("runtime", true);
    private static final String ATTRIBUTE = "io.trainwatch.caller";
    private static final int MAX_NAME = 64;

    /** Who presents which token. */
    static Map<Caller, String> byToken(Optional<String> token, Optional<String> readToken) {
        Map<Caller, String> tokens = new LinkedHashMap<>();
        token.ifPresent(text -> tokens.put(TOKEN, text));
        readToken.ifPresent(text -> tokens.put(READ_TOKEN, text));
        return tokens;
    }

    /** Has the request be known as this one's. */
    void putInto(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Whose request it was found to be. */
    static Caller of(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : UNKNOWN;
    }

    /** Has the exchange be known as this one's, where another runtime serves it. */
    void putInto(Exchange exchange) {
        exchange.setProperty(ATTRIBUTE, this);
    }

    static boolean isKnown(Exchange exchange) {
        return exchange.getProperty(ATTRIBUTE) instanceof Caller;
    }

    /** @param id of a route of the runtime; {@code null} for another part of it */
    static Caller route(String id) {
        return id == null ? RUNTIME : named("route " + id);
    }

    private static Caller named(String name) {
        return new Caller(name.substring(0, Math.min(name.length(), MAX_NAME)), true);
    }

    static Caller of(Message message) {
        if (message.getExchange().getProperty(ATTRIBUTE) instanceof Caller caller) {
            return caller;
        }
        return message instanceof HttpMessage http && http.getRequest() != null ? of(http.getRequest()) : RUNTIME;
    }

    static Caller of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Caller caller) {
            return caller;
        }
        String user = request.getRemoteUser();
        return user == null || user.isBlank() ? RUNTIME : named(user);
    }
}
