package io.trainwatch.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trainwatch.api.ApiAccess.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.http.common.HttpMessage;

/**
 * Lets in, where another runtime serves the API, whoever presents the token; {@link RequestGuard} does so on our own server.
 * A message that did not come over HTTP is one of the runtime's own routes.
 */
public final class HostGuard implements Processor {

    private static final String AUTHORIZATION = "Authorization";

    private final ApiAccess.ApiTokens token;

    public HostGuard(Optional<String> token, Optional<String> readToken) {
        this.token = new ApiAccess.ApiTokens(Caller.byToken(token, readToken));
    }

    @Override
    public void process(Exchange exchange) throws UnknownHostException {
        Message message = exchange.getMessage();
        String method = message.getHeader(Exchange.HTTP_METHOD, String.class);
        if (method == null || Caller.isKnown(exchange)) {
            return;
        }
        InetAddress caller = caller(message);
        Optional<Refusal> refusal = RequestGuard.ofSite(message.getHeader(RequestGuard.FETCH_SITE, String.class))
                .or(() -> token.refuse(
                        message.getHeader(AUTHORIZATION, String.class), caller, known -> known.putInto(exchange)))
                .or(() -> RequestGuard.ofActing(method, Caller.of(message)));
        message.removeHeader(AUTHORIZATION);
        if (refusal.isPresent()) {
            JsonAnswer.send(
                    message,
                    refusal.get().status(),
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("error", refusal.get().message()));
            refusal.get().headers().forEach(message::setHeader);
            exchange.setRouteStop(true);
        }
    }

    /** {@code null} where the server is none of servlets. */
    private static InetAddress caller(Message message) throws UnknownHostException {
        return message instanceof HttpMessage http
                ? InetAddress.getByName(http.getRequest().getRemoteAddr())
                : null;
    }
}
