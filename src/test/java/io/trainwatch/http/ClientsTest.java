package io.trainwatch.http;

import static io.trainwatch.http.RawServer.answering;
import static io.trainwatch.http.RawServer.bytes;
import static io.trainwatch.http.RawServer.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trainwatch.TrainwatchSettings;
import io.trainwatch.conventions.Situation;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clients, against servers that answer with whatever bytes a test wants. */
@Timeout(60)
class ClientsTest {

    private static final String TENANT = Clients.tenant("acme");
    private static final String RECEIVER = Clients.webhook("ops");

    private final Map<String, String> properties = new HashMap<>(Map.of(
            "trainwatch.tenant.acme.base-url", "http://tenant.invalid/api",
            "trainwatch.tenant.acme.client-id", "watcher",
            "trainwatch.tenant.acme.client-secret", "s3cret/\"quoted\"",
            "trainwatch.webhook.ops.url", "http://receiver.invalid/hook",
            "trainwatch.webhook.ops.headers", "Authorization: Bearer hook-t0ken; X-Key: another-key",
            "trainwatch.webhook.ops.timeout", "5s",
            "trainwatch.request.timeout", "3s"));
    private final Map<String, String> environment = new HashMap<>();
    private Clients clients;

    @AfterEach
    void close() {
        if (clients != null) {
            clients.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk at all",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n0123456789",
                "HTTP/1.1 200 OK\r\nContent-Encoding: martian\r\nContent-Length: 10\r\n\r\n0123456789",
                "HTTP/1.1 200 OK\r\nContent-Length: minus\r\n\r\n0123456789",
                "HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n0123456789",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: martian\r\n\r\n0123456789",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.0 202 Accepted\r\n\r\nsome",
                "HTTP/1.1 204 No Content\r\n\r\nwhich there is",
            })
    void whatFollowsA2xxOfAReceiverIsNotWanted(String bytes) throws Exception {
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes(bytes));
            out.flush();
            throw new IOException("ends the connection");
        })) {
            assertThat(status(RECEIVER, post(server.url()))).isBetween(200, 204);
        }
    }

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "2xx with 2 MiB of HTML",
            then = "The event is delivered; 8 KiB are read")
    @Test
    void aLongBodyOfAReceiverIsNotReadToItsEnd() throws Exception {
        String page = "<p>welcome</p>".repeat(150_000);
        try (RawServer server = answering(response("200 OK", page))) {
            assertThat(text(RECEIVER, post(server.url()))).hasSize(8 * 1024).startsWith("<p>welcome");
            await().until(() -> server.ended.get() == 1);
        }
    }

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "2xx whose body comes a byte a second",
            then = "The event is delivered; 2 seconds are waited")
    @Test
    void aBodyOfAReceiverThatTricklesInIsWaitedForTwoSeconds() throws Exception {
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
            for (int i = 0; i < 20; i++) {
                out.write('a');
                out.flush();
                await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            }
        })) {
            long start = System.nanoTime();
            assertThat(text(RECEIVER, post(server.url()))).startsWith("a");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
        }
    }

    @Test
    void aReceiverMayStayOpenForOtherEvents() throws Exception {
        try (RawServer server = answering(response("200 OK", "ok"))) {
            for (int i = 0; i < 5; i++) {
                assertThat(text(RECEIVER, post(server.url()))).isEqualTo("ok");
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"302 Found", "307 Temporary Redirect", "401 Unauthorized", "429 Too Many", "503 Away"})
    void noClientFollowsRepeatsOrRemembersByItself(String answer) throws Exception {
        try (RawServer other = answering(response("200 OK", "elsewhere"));
                RawServer server = answering(response(
                        answer,
                        "",
                        "Location: " + other.url(),
                        "Set-Cookie: session=1",
                        "Retry-After: 0",
                        "WWW-Authenticate: Basic realm=x"))) {
            int code = Integer.parseInt(answer.substring(0, 3));
            assertThat(status(TENANT, get(server.url()))).isEqualTo(code);
            assertThat(status(TENANT, get(server.url()))).isEqualTo(code);
            assertThat(status(RECEIVER, post(server.url()))).isEqualTo(code);
            assertThat(server.requests)
                    .hasSize(3)
                    .noneMatch(request -> request.toLowerCase(Locale.ROOT).contains("cookie"));
            assertThat(other.requests).isEmpty();
        }
    }

    @Test
    void aTenantsResponseThatBreaksOffIsNone() throws Exception {
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\""));
            out.flush();
            throw new IOException("ends the connection");
        })) {
            assertThatThrownBy(() -> text(TENANT, get(server.url()))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aTenantsBodyThatTricklesInEndsInTime() throws Exception {
        properties.put("trainwatch.request.timeout", "500ms");
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
            for (int i = 0; i < 100; i++) {
                out.write('a');
                out.flush();
                await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            }
        })) {
            assertThatThrownBy(() -> text(TENANT, get(server.url()))).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged",
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforgedHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged",
                "\r\n",
                "x",
            })
    void bytesBehindAResponseAreNeverTheNextResponse(String surplus) throws Exception {
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes(response("200 OK", "real-" + number) + surplus));
        })) {
            for (int number = 1; number <= 4; number++) {
                assertThat(text(TENANT, get(server.url()))).isEqualTo("real-" + number);
            }
            assertThat(server.connections).hasValue(4);
        }
    }

    @Test
    void bytesThatArriveLaterAreNeverTheNextResponse() throws Exception {
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes(response("200 OK", "real-" + number)));
            out.flush();
            await().pollDelay(Duration.ofMillis(50)).until(() -> true);
            out.write(bytes(response("200 OK", "forged")));
        })) {
            for (int number = 1; number <= 3; number++) {
                assertThat(text(TENANT, get(server.url()))).isEqualTo("real-" + number);
                await().pollDelay(Duration.ofMillis(150)).until(() -> true);
            }
        }
    }

    @Test
    void aResponseToNobodyBehindOneWithoutABodyIsNotUsed() throws Exception {
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes("HTTP/1.1 204 No Content\r\n\r\n" + response("410 Gone", "")));
        })) {
            for (int i = 0; i < 4; i++) {
                assertThat(status(RECEIVER, post(server.url()))).isEqualTo(204);
            }
        }
    }

    @Test
    void whatARequestWasAuthorisedWithIsHiddenWhereverItComesBack() throws Exception {
        String basic = Base64.getEncoder().encodeToString(bytes("user:pass-w0rd"));
        try (RawServer server = new RawServer((number, request, out) -> out.write(bytes(response(
                "200 OK t0p-secret",
                "{\"quoted\": \"t0p-secret\", \"twice\": \"t0p-secrett0p-secret\", \"a\":\"s3cret/\\\"quoted\\\"\","
                        + " \"b\":\"s3cret%2F%22quoted%22\", \"c\":\"" + basic + "\", \"d\":\"pass-w0rd\"}",
                "X-Echo: Bearer t0p-secret"))))) {
            HttpUriRequestBase request = get(server.url());
            request.setHeader("Authorization", "Bearer t0p-secret");
            String shown = show(TENANT, request);
            assertThat(shown).contains("***").doesNotContain("t0p-secret", "s3cret");
            request = get(server.url());
            request.setHeader("Authorization", "Basic " + basic);
            assertThat(show(TENANT, request)).doesNotContain(basic, "pass-w0rd");
        }
    }

    @Test
    void whatAReceiverIsSentIsHiddenWhereItComesBack() throws Exception {
        try (RawServer server =
                answering(response("500 another-key", "Bearer hook-t0ken, another-key", "X: hook-t0ken"))) {
            assertThat(show(RECEIVER, post(server.url()))).contains("***").doesNotContain("hook-t0ken", "another-key");
        }
    }

    @Test
    void bytesThatAreNoTextStayAsTheyAre() throws Exception {
        byte[] body = new byte[256];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        try (RawServer server = new RawServer((number, request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 256\r\n\r\n"));
            out.write(body);
        })) {
            byte[] read = clients()
                    .get(TENANT)
                    .execute(get(server.url()), answer -> EntityUtils.toByteArray(answer.getEntity()));
            assertThat(read).isEqualTo(body);
        }
    }

    @Test
    void ofSeveralWaitsTheLongestIsKept() throws Exception {
        try (RawServer server =
                answering(response("429 Too Many", "", "Retry-After: 5", "Retry-After: 90", "Retry-After: soon"))) {
            assertThat(show(TENANT, get(server.url())))
                    .contains("Retry-After: 90")
                    .doesNotContain("Retry-After: 5");
        }
    }

    @Test
    void aHostWithAnUnderscoreIsCalledByItsName() throws Exception {
        try (RawServer server = answering(response("200 OK", "here"))) {
            assertThat(text(TENANT, get("http://stack_my_service:" + server.port() + "/a?b=c")))
                    .isEqualTo("here");
            assertThat(text(
                            TENANT,
                            get(ClientComponent.Names.withStandIn("http://stack_my_service:" + server.port() + "/a"))))
                    .isEqualTo("here");
            assertThat(server.requests)
                    .allMatch(request -> request.contains("Host: stack_my_service:" + server.port()));
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "There is a proxy with a user, by `trainwatch.proxy`, and plain http behind it",
            then = "The proxy is asked, with its user")
    @Test
    void aProxyIsAskedForHttpAndKnowsItsUser() throws Exception {
        try (RawServer proxy = answering(response("200 OK", "by proxy"))) {
            properties.put("trainwatch.proxy", "http://me:p%40ss@127.0.0.1:" + proxy.port());
            assertThat(text(TENANT, get("http://only.the.proxy.knows/a?b=c"))).isEqualTo("by proxy");
            assertThat(proxy.requests.get(0))
                    .startsWith("GET http://only.the.proxy.knows/a?b=c HTTP/1.1")
                    .contains("Host: only.the.proxy.knows")
                    .contains(
                            "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(bytes("me:p@ss")));
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "There is a proxy with a user, and https behind it",
            then = "The proxy makes a tunnel, and sees nothing of what goes through")
    @Test
    void aProxyIsAskedForATunnelAndAnswersItsChallenge() throws Exception {
        try (RawServer proxy = new RawServer((number, request, out) -> out.write(bytes(
                request.contains("Proxy-Authorization: Basic")
                        ? response("502 Bad Gateway", "")
                        : response(
                                "407 Proxy Authentication Required", "", "Proxy-Authenticate: Basic realm=\"p\""))))) {
            properties.put("trainwatch.proxy", "http://me:pass@127.0.0.1:" + proxy.port());
            for (String client : new String[] {TENANT, RECEIVER}) {
                assertThatThrownBy(() -> text(client, get("https://only.the.proxy.knows/")))
                        .isInstanceOf(IOException.class);
            }
            assertThat(proxy.requests.get(0)).startsWith("CONNECT only.the.proxy.knows:443 HTTP/1.1");
            assertThat(proxy.requests).anyMatch(request -> request.contains("Proxy-Authorization: Basic "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP_PROXY", "http_proxy"})
    void theProxyOfTheEnvironmentIsUsedUnlessOneIsSet(String name) throws Exception {
        try (RawServer usual = answering(response("200 OK", "usual"));
                RawServer set = answering(response("200 OK", "set"))) {
            environment.put(name, usual.url());
            assertThat(text(TENANT, get("http://only.the.proxy.knows/"))).isEqualTo("usual");
            close();
            clients = null;
            properties.put("trainwatch.proxy", set.url());
            assertThat(text(TENANT, get("http://only.the.proxy.knows/"))).isEqualTo("set");
        }
    }

    @Situation(of = Situation.Of.MACHINES, when = "A host is on the list of `no-proxy`", then = "It is called directly")
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "*", "127.0.0.0/8", "other, 127.0.0.1", "localhost,127.0.0.1:%d"})
    void noProxyIsUsedForHostsThatAreListed(String list) throws Exception {
        try (RawServer proxy = answering(response("200 OK", "proxy"));
                RawServer server = answering(response("200 OK", "direct"))) {
            properties.put("trainwatch.proxy", proxy.url());
            environment.put("no_proxy", list.replace("%d", "" + server.port()));
            assertThat(text(TENANT, get(server.url()))).isEqualTo("direct");
        }
    }

    @Test
    void aTargetThatMayOnlyBePublicIsNotReachedByAProxyEither() throws Exception {
        try (RawServer proxy = answering(response("200 OK", "proxy"))) {
            properties.put("trainwatch.proxy", proxy.url());
            properties.put("trainwatch.webhook.ops.public-only", "true");
            for (String url :
                    new String[] {"http://10.0.0.1/", "http://169.254.169.254/", "http://localhost/", proxy.url()}) {
                assertThatThrownBy(() -> text(RECEIVER, post(url))).hasStackTraceContaining("not public");
            }
            assertThat(proxy.requests).isEmpty();
            assertThat(text(RECEIVER, post("http://only.the.proxy.knows/"))).isEqualTo("proxy");
        }
    }

    @Test
    void aTargetThatMayOnlyBePublicIsNotReachedAtTheProxyItself() throws Exception {
        try (RawServer proxy = answering(response("200 OK", "proxy"))) {
            properties.put("trainwatch.proxy", proxy.url());
            properties.put("trainwatch.no-proxy", "*");
            properties.put("trainwatch.webhook.ops.public-only", "true");
            assertThatThrownBy(() -> text(RECEIVER, post(proxy.url()))).hasStackTraceContaining("not public");
        }
    }

    private Clients clients() {
        if (clients == null) {
            DnsResolver names = new SystemDefaultDnsResolver() {
                @Override
                public InetAddress[] resolve(String host) throws UnknownHostException {
                    return host.equals("stack_my_service")
                            ? new InetAddress[] {InetAddress.getLoopbackAddress()}
                            : super.resolve(host);
                }
            };
            Settings settings = Settings.read(TrainwatchSettings.SCHEMA, Sources.of(properties), "", environment);
            clients = new Clients(
                    TrainwatchSettings.callees(settings),
                    settings.get(ProxySettings.PROXIES),
                    InstantSource.system(),
                    names);
        }
        return clients;
    }

    private String text(String client, HttpUriRequestBase request) throws IOException {
        return clients().get(client).execute(request, answer -> EntityUtils.toString(answer.getEntity()));
    }

    private int status(String client, HttpUriRequestBase request) throws IOException {
        return clients().get(client).execute(request, answer -> answer.getCode());
    }

    /** Everything of the response. */
    private String show(String client, HttpUriRequestBase request) throws IOException {
        return clients().get(client).execute(request, answer -> {
            StringBuilder all = new StringBuilder(answer.getReasonPhrase() + "\n");
            answer.headerIterator()
                    .forEachRemaining(header -> all.append(header).append('\n'));
            return all + EntityUtils.toString(answer.getEntity());
        });
    }

    private static HttpGet get(String url) {
        return new HttpGet(url);
    }

    private static HttpPost post(String url) {
        HttpPost post = new HttpPost(url);
        post.setEntity(new StringEntity("{}", StandardCharsets.UTF_8));
        return post;
    }
}
