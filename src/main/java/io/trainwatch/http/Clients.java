package io.trainwatch.http;

import io.trainwatch.errors.Classified;
import io.trainwatch.errors.FailureKind;
import io.trainwatch.measure.Measures;
import io.trainwatch.settings.Secret;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes every HTTP client: one for each side that is called, with its certificates, its way through a proxy, its bounds, and
 * its secrets hidden in what comes back.
 *
 * <p>A client does nothing on its own account: no retries, redirects, cookies or waits without end. Thread-safe; close it
 * when nothing is called any more.
 */
public final class Clients implements AutoCloseable {

    private static final TimeValue KEPT = TimeValue.ofMinutes(1);
    private static final String ITSELF = "itself";
    private static final String OTHERS = "others";
    static final TlsSocketStrategy USUAL_TLS = (socket, host, port, attachment, context) ->
            JavasTls.STRATEGY.upgrade(socket, host, port, attachment, context);

    private final Map<String, Side> sides = new LinkedHashMap<>();
    private final Map<String, CloseableHttpClient> clients = new ConcurrentHashMap<>();
    private final DnsResolver names;
    private final InstantSource clock;
    private final LongAdder tenantRequests = new LongAdder();
    private final LongAdder tenantNanos = new LongAdder();
    private volatile Measures measures = Measures.NONE;

    /** Somebody who is called, and the way there. */
    private record Side(Callee callee, TlsSocketStrategy tls, Routes routes, ProxySettings proxy) {

        Limits limits() {
            return callee.limits();
        }

        boolean isReceiver() {
            return callee.kind() == Callee.Kind.RECEIVER;
        }
    }

    /**
     * Clients for those who are called.
     *
     * @throws io.trainwatch.settings.SettingsException where a file with certificates cannot be used
     */
    public Clients(List<Callee> callees, ProxySettings proxy, InstantSource clock) {
        this(callees, proxy, clock, SystemDefaultDnsResolver.INSTANCE);
    }

    /** Clients for the same, all with these bounds. */
    public Clients(List<Callee> callees, ProxySettings proxy, Limits limits, InstantSource clock) {
        this(callees.stream().map(callee -> callee.with(limits)).toList(), proxy, clock);
    }

    /** @param names finds the addresses of names */
    Clients(List<Callee> callees, ProxySettings proxy, InstantSource clock, DnsResolver names) {
        this.names = names;
        this.clock = clock;
        callees.forEach(callee -> {
            ProxySettings way = callee.kind() == Callee.Kind.ITSELF ? ProxySettings.DIRECT : proxy;
            Optional<AddressGuard> guard =
                    callee.publicOnly() ? Optional.of(new AddressGuard(names)) : Optional.empty();
            TlsSocketStrategy tls = callee.tls().isEmpty() ? USUAL_TLS : new FileTls(callee.tls());
            sides.put(callee.client(), new Side(callee, tls, new Routes(way, guard), way));
        });
    }

    /** The name of the client for a tenant and its token endpoint. */
    public static String tenant(String alias) {
        return "tenant." + alias;
    }

    /** The name of the client for a tenant's Prometheus. */
    public static String prometheus(String alias) {
        return "prometheus." + alias;
    }

    /** The name of the client for a receiver. */
    public static String webhook(String name) {
        return "webhook." + name;
    }

    /** The name of the client for the API of this very process, or of another on this machine. */
    public static String itself() {
        return ITSELF;
    }

    /** The name of the client for whoever a route of an integrator calls besides. */
    public static String others() {
        return OTHERS;
    }

    /** The address of an endpoint of {@link ClientComponent}, so that it uses the client of that name. */
    public static String endpoint(Object url, String client) {
        return url + "?" + ClientComponent.PARAMETER + "=" + client;
    }

    /** Has all requests measured from now on. */
    public void measure(Measures by) {
        measures = by;
    }

    /** Requests to tenants since the start, failed ones included. */
    public long tenantRequests() {
        return tenantRequests.sum();
    }

    /** Mean time until the headers of a tenant's response, in seconds; 0 before the first request. */
    public double meanTenantSeconds() {
        long count = tenantRequests.sum();
        return count == 0 ? 0 : tenantNanos.sum() / 1e9 / count;
    }

    /** The client of that name; to be closed by nobody but {@link #close}. */
    public CloseableHttpClient get(String name) {
        return clients.computeIfAbsent(name, any -> client(side(name)));
    }

    /** Makes the TLS handshake with a host as the client of that name does. */
    public SSLSocket handshake(String name, Socket socket, String host, int port) throws IOException {
        return side(name).tls().upgrade(socket, host, port, null, HttpClientContext.create());
    }

    /** The proxy by which the client of that name reaches the host; empty where it needs none. */
    public Optional<ProxySettings.Proxy> proxy(String name, String scheme, String host, int port) {
        return side(name).routes().proxyFor(scheme, host, port);
    }

    @Override
    public void close() {
        clients.values().forEach(client -> client.close(CloseMode.IMMEDIATE)); // what is under way would be waited for
    }

    private Side side(String name) {
        Side side = sides.get(name);
        if (side == null) {
            throw new IllegalArgumentException(
                    "There is no client '" + name + "'; there are those of " + String.join(", ", sides.keySet()) + ".");
        }
        return side;
    }

    private CloseableHttpClient client(Side side) {
        KeptConnections kept = new KeptConnections();
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setUserAgent("trainwatch")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .setConnectionManager(connections(side, kept))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(side.limits().answer()))
                        .setResponseTimeout(Timeout.of(side.limits().answer()))
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setRoutePlanner(
                        (target, context) -> side.routes().determineRoute(ClientComponent.Names.real(target), context))
                .setDefaultCredentialsProvider(credentials(side.proxy()))
                .setRequestExecutor(kept)
                .addExecInterceptorBefore(ChainElement.CONNECT.name(), "kept-connections", kept)
                .addExecInterceptorFirst(
                        "real-name", (request, scope, chain) -> byRealName(request, scope, chain, side))
                // Outside decompression, so that what counts is what the heap would hold.
                .addExecInterceptorFirst(
                        "bounded-answers",
                        new BoundedAnswers(
                                side.limits(), side.isReceiver(), side.callee().secrets(), clock));
        builder.addExecInterceptorBefore(
                ChainElement.PROTOCOL.name(),
                "measured",
                (request, scope, chain) -> measured(request, scope, chain, side.callee()));
        if (side.isReceiver()) {
            builder.disableContentCompression();
        }
        return builder.build();
    }

    private ClassicHttpResponse measured(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain, Callee callee)
            throws IOException, HttpException {
        long start = System.nanoTime();
        int status = 0;
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            status = response.getCode();
            return response;
        } finally {
            long nanos = System.nanoTime() - start;
            if (callee.kind() == Callee.Kind.TENANT) {
                tenantRequests.increment();
                tenantNanos.add(nanos);
            }
            measures.requested(callee.client(), request.getMethod(), request.getPath(), status, nanos);
        }
    }

    private PoolingHttpClientConnectionManager connections(Side side, KeptConnections kept) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(kept.factory(side.isReceiver()))
                .setDnsResolver(side.routes().names(names))
                .setTlsSocketStrategy(side.tls())
                .setMaxConnPerRoute(side.limits().connections())
                .setMaxConnTotal(side.limits().connections())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(side.limits().connect()))
                        .setSocketTimeout(Timeout.of(side.limits().answer()))
                        .setTimeToLive(KEPT)
                        .build())
                .build();
    }

    private static BasicCredentialsProvider credentials(ProxySettings settings) {
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        for (Optional<ProxySettings.Proxy> proxy : List.of(settings.forHttp(), settings.forHttps())) {
            proxy.flatMap(ProxySettings.Proxy::user)
                    .ifPresent(user -> credentials.setCredentials(
                            new AuthScope(proxy.get().host(), proxy.get().port()),
                            new UsernamePasswordCredentials(
                                    user.name(),
                                    user.password()
                                            .map(Secret::reveal)
                                            .orElse("")
                                            .toCharArray())));
        }
        return credentials;
    }

    private static ClassicHttpResponse byRealName(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain, Side side)
            throws IOException, HttpException {
        URIAuthority named = request.getAuthority();
        request.setAuthority(new URIAuthority(ClientComponent.Names.real(named.getHostName()), named.getPort()));
        if (scope.route.getProxyHost() != null && !scope.route.isTunnelled()) {
            side.proxy()
                    .forHttp()
                    .flatMap(ProxySettings.Proxy::user)
                    .ifPresent(user -> request.setHeader("Proxy-Authorization", basic(user)));
        }
        ClassicHttpResponse response = chain.proceed(request, scope);
        if (scope.route.getProxyHost() != null && isOfProxy(response, scope)) {
            scope.execRuntime.discardEndpoint();
            throw new ProxyRefused(response.getCode());
        }
        return response;
    }

    /** Where there should be a tunnel and there was no TLS, the proxy made none. */
    private static boolean isOfProxy(ClassicHttpResponse response, ExecChain.Scope scope) {
        return scope.route.isTunnelled()
                ? scope.clientContext.getSSLSession() == null
                : response.getCode() == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED;
    }

    private static String basic(ProxySettings.User user) {
        String both = user.name() + ":" + user.password().map(Secret::reveal).orElse("");
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    /** Made for the first side that speaks TLS, so that no other start waits until the trusted certificates are read. */
    private static final class JavasTls {
        static final TlsSocketStrategy STRATEGY = DefaultClientTlsStrategy.createDefault();
    }

    /** The proxy, and not the side behind it, answered that there is no way. */
    static final class ProxyRefused extends IOException implements Classified {

        ProxyRefused(int status) {
            super("the proxy answers " + status
                    + "; check trainwatch.proxy, or HTTPS_PROXY and HTTP_PROXY, and its user");
        }

        @Override
        public FailureKind kind() {
            return FailureKind.UNAVAILABLE;
        }
    }
}
