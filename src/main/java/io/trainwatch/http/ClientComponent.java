package io.trainwatch.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /**
     * Names of hosts with an underscore, as Docker gives them to services, on their way through code that takes none: Java's URI
     * says that such a URL has no host, and camel-http asks it. A stand-in without underscores passes, and the client puts the
     * name back.
     */
    static final class Names {

        private static final Pattern LOOSE_HOST = Pattern.compile("^((?:https?://)?)([A-Za-z0-9.-]*_[A-Za-z0-9_.-]*)");
        private static final Pattern STAND_IN = Pattern.compile("h((?:[0-9a-f]{2})+)\\.underscore");

        private Names() {}

        /** The URL, or what follows its scheme, with the stand-in where the host has an underscore. */
        static String withStandIn(String url) {
            Matcher loose = LOOSE_HOST.matcher(url);
            return loose.find()
                    ? loose.group(1) + "h"
                            + HexFormat.of().formatHex(loose.group(2).getBytes(StandardCharsets.US_ASCII))
                            + ".underscore"
                            + url.substring(loose.end())
                    : url;
        }

        /** The host that is meant. */
        static HttpHost real(HttpHost host) {
            String name = real(host.getHostName());
            return name.equals(host.getHostName()) ? host : new HttpHost(host.getSchemeName(), name, host.getPort());
        }

        /** The name that is meant. */
        static String real(String name) {
            Matcher standIn = STAND_IN.matcher(name);
            return standIn.matches()
                    ? new String(HexFormat.of().parseHex(standIn.group(1)), StandardCharsets.US_ASCII)
                    : name;
        }
    }
}
