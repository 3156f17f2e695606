package io.trainwatch.http;

import static io.trainwatch.http.RawServer.bytes;
import static io.trainwatch.http.RawServer.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.conventions.Situation;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ContextServiceLoaderPluginResolver;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** camel-http with our clients, as the routes use it. */
class ClientComponentTest {

    private final DefaultCamelContext context = new DefaultCamelContext(false);
    private RawServer server;
    private Clients clients;
    private volatile String answer = response("200 OK", "{}");

    @BeforeEach
    void start() throws Exception {
        // Without the service that the class path holds.
        context.getCamelContextExtension().addContextPlugin(ContextServiceLoaderPluginResolver.class, new NoPlugins());
        server = new RawServer((number, request, out) -> out.write(bytes(answer)));
        Settings settings = Settings.read(
                TrainwatchSettings.SCHEMA,
                Sources.of(Map.of("trainwatch.tenant.acme.base-url", "http://ai_service:8080/api")),
                "",
                Map.of());
        SystemDefaultDnsResolver names = new SystemDefaultDnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return host.equals("ai_service")
                        ? new InetAddress[] {InetAddress.getLoopbackAddress()}
                        : super.resolve(host);
            }
        };
        clients = new Clients(
                TrainwatchSettings.callees(settings),
                settings.get(ProxySettings.PROXIES),
                InstantSource.system(),
                names);
        context.getRegistry().bind("trainwatch-tenant-http", new ClientComponent(clients, context));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:call")
                        .errorHandler(noErrorHandler())
                        .toD()
                        .uri("trainwatch-tenant-http:${variable.url}")
                        .allowOptimisedComponents(false);
            }
        });
        context.start();
    }

    private static final class NoPlugins extends ServiceSupport implements ContextServiceLoaderPluginResolver {
        @Override
        public void setCamelContext(CamelContext context) {
            // Nothing is loaded into it.
        }

        @Override
        public CamelContext getCamelContext() {
            return null;
        }

        @Override
        public void onReload() {
            // Nothing was loaded.
        }
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        clients.close();
        server.close();
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A host has an underscore in its name, as Docker gives them (`stack_service`)",
            then = "It is called")
    @Test
    void aHostWithAnUnderscoreIsReached() {
        Exchange exchange = call("http://ai_service:" + server.port() + "/api", "/a%2Fb/status", null);
        assertThat(exchange.getException()).isNull();
        assertThat(server.requests.get(0))
                .startsWith("GET /api/a%2Fb/status HTTP/1.1")
                .contains("Host: ai_service:" + server.port());
    }

    @Test
    void aQueryGoesOutAsItIs() {
        call(server.url() + "/token", null, "api-version=1.0&x=%2F+a");
        assertThat(server.requests.get(0)).startsWith("GET /token?api-version=1.0&x=%2F+a HTTP/1.1");
    }

    @Test
    void whatIsNoSuccessComesAsCamelHasItWithoutTheSecret() {
        answer = response("503 Sorry", "{\"you\":\"sent t0p-secret\"}", "Retry-After: 7");
        Exchange exchange = call(server.url(), "/a", null);
        assertThat(exchange.getException()).isInstanceOfSatisfying(HttpOperationFailedException.class, failure -> {
            assertThat(failure.getStatusCode()).isEqualTo(503);
            assertThat(failure.getResponseHeaders()).containsEntry("Retry-After", "7");
            assertThat(failure.getResponseBody()).isEqualTo("{\"you\":\"sent ***\"}");
        });
    }

    @Test
    void anEndpointThatStopsLeavesTheClientToOthers() throws Exception {
        call(server.url() + "/a", null, null);
        context.getEndpoints().stream()
                .filter(endpoint -> endpoint.getEndpointUri().contains("trainwatch-tenant-http"))
                .forEach(endpoint -> endpoint.stop());
        assertThat(call(server.url() + "/b", null, null).getException()).isNull();
    }

    private Exchange call(String url, String path, String query) {
        return context.createProducerTemplate().request("direct:call", exchange -> {
            exchange.setVariable("url", Clients.endpoint(url, Clients.tenant("acme")));
            exchange.getMessage().setHeader("Authorization", "Bearer t0p-secret");
            exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "GET");
            exchange.getMessage().setHeader(Exchange.HTTP_PATH, path);
            exchange.getMessage().setHeader(Exchange.HTTP_RAW_QUERY, query);
        });
    }
}
