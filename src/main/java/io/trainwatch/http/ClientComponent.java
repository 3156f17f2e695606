package io.trainwatch.http;

import java.io.IOException;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;

/** camel-http with the clients that {@link Clients} makes; the parameter {@code client} of an endpoint names its. */
public final class ClientComponent extends HttpComponent {

    static final String PARAMETER = "client";

    private final Clients clients;

    public ClientComponent(Clients clients, CamelContext context) {
        this.clients = clients;
        setCamelContext(context);
        // Camel acts upon these by itself, whatever the client does.
        setFollowRedirects(false);
        setCookieManagementDisabled(true);
        // One that is never used, so that Camel makes none for each endpoint.
        setClientConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(Clients.USUAL_TLS)
                .build());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        String name = getAndRemoveParameter(parameters, PARAMETER, String.class, Clients.others());
        HttpEndpoint endpoint = (HttpEndpoint) super.createEndpoint(uri, Names.withStandIn(remaining), parameters);
        endpoint.setHttpClient(new Shared(clients.get(name)));
        return endpoint;
    }

    /** Camel closes the client of an endpoint that it stops; other endpoints use this one, too. */
    private static final class Shared extends CloseableHttpClient {
        private final CloseableHttpClient client;

        Shared(CloseableHttpClient client) {
            this.client = client;
        }

        @Override
        @SuppressWarnings("deprecation") // of the only way to hand a call on without a handler
        protected CloseableHttpResponse doExecute(HttpHost target, ClassicHttpRequest request, HttpContext context)
                throws IOException {
            return client.execute(target, request, context);
        }

        @Override
        public void close() {
            // Clients does.
        }

        @Override
        public void close(CloseMode mode) {
            // Clients does.
        }
    }
}
