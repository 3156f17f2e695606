package io.trainwatch.api;

import jakarta.servlet.http.HttpServletRequest;
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

    /** Has the request be known as this one's. */
    void putInto(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Whose request it was found to be. */
    static Caller of(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : UNKNOWN;
    }

    static Caller of(Message message) {
        return message instanceof HttpMessage http && http.getRequest() != null ? of(http.getRequest()) : RUNTIME;
    }

    static Caller of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof Caller caller) {
            return caller;
        }
        String user = request.getRemoteUser();
        return user == null || user.isBlank()
                ? RUNTIME
                : new Caller(user.substring(0, Math.min(user.length(), MAX_NAME)), true);
    }
}
