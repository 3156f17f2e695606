package com.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The WAR in a container whose class loader has nothing of the application. */
class ServletContainerTest {

    private static final String TOKEN = "a-token-of-this-application-alone";
    /** Java's own, which ends by itself after a minute. */
    private static final String REAPER = "process reaper";

    private static final Duration AT_MOST = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Map<String, Integer> looks = new ConcurrentHashMap<>();
    private final List<String> cancelled = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    void theMainJobRunsAlsoInAnApplicationThatIsStartedAgain() throws Exception {
        HttpServer outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        outside.createContext("/", this::answer);
        outside.start();
        Tomcat tomcat = new Tomcat();
        try {
            tomcat.setBaseDir(folder.toString());
            Files.createDirectories(folder.resolve("webapps"));
            tomcat.setPort(0);
            tomcat.getConnector().setProperty("address", "127.0.0.1");
            tomcat.setAddDefaultWebXmlToWebapp(false);
            Context application =
                    tomcat.addWebapp("/host", Path.of("target/host.war").toAbsolutePath().toString());
            Map<String, String> properties =
                    properties("http://127.0.0.1:" + outside.getAddress().getPort());
            properties.forEach(application::addParameter);
            tomcat.start();
            URI api = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/host/camel/trainwatch/jobs");
            ClassLoader first = application.getLoader().getClassLoader();
            awaitEvents("good job.completed", "greedy job.cancel_requested", "greedy job.cancelled");
            assertThat(cancelled).containsExactly("greedy");
            assertThat(send(api, "", "").statusCode()).isEqualTo(401);
            assertThat(send(api, TOKEN, "").body()).contains("greedy");

            application.stop();
            assertThat(send(api, TOKEN, "").statusCode()).isEqualTo(404);
            await().atMost(AT_MOST)
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                            .as("threads of the application that was stopped")
                            .noneMatch(thread ->
                                    thread.getContextClassLoader() == first && !thread.getName().equals(REAPER)));
            properties.forEach(application::addParameter);
            application.start();
            assertThat(application.getLoader().getClassLoader()).isNotSameAs(first);
            assertThat(send(api, "", "").statusCode()).isEqualTo(401);
            assertThat(send(api, TOKEN, "").body()).contains("greedy");
            assertThat(send(api, TOKEN, "{\"jobs\": [\"war/later\"]}").statusCode()).isEqualTo(201);
            awaitEvents("later job.completed");
            assertThat(events).doesNotHaveDuplicates();
        } finally {
            tomcat.stop();
            tomcat.destroy();
            outside.stop(0);
        }
    }

    private void awaitEvents(String... expected) {
        await().atMost(AT_MOST).untilAsserted(() -> assertThat(events).contains(expected));
    }

    private Map<String, String> properties(String outside) {
        return Map.of(
                "trainwatch.tenant.acme.base-url", outside,
                "trainwatch.tenant.acme.client-id", "trainwatch",
                "trainwatch.tenant.acme.client-secret", "a-secret-of-the-tenant",
                "trainwatch.jobs", "acme:war/good, acme:war/greedy",
                "trainwatch.webhook.mine.url", outside + "/events",
                "trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"),
                "trainwatch.audit.directory", folder.resolve("audit").toString(),
                "trainwatch.poll.interval", "500ms",
                "trainwatch.policy.cpu-window", "1 of 1",
                "trainwatch.http.token", TOKEN);
    }

    /** A tenant whose jobs complete at the third look, all but one that uses too much; and a receiver of events. */
    private void answer(HttpExchange request) throws IOException {
        String body = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String[] path = request.getRequestURI().getPath().split("/");
        String last = path[path.length - 1];
        if (last.equals("token")) {
            respond(request, "{'access_token':'of-the-tenant','token_type':'Bearer','expires_in':3600}");
        } else if (last.equals("events")) {
            events.add(field(body, "job_id") + " " + field(body, "event_type"));
            respond(request, "");
        } else if (request.getRequestMethod().equals("DELETE")) {
            cancelled.add(last);
            respond(request, "");
        } else if (last.equals("status")) {
            respond(request, status(path[path.length - 2]));
        } else {
            respond(request, "{'id':'" + last + "'}");
        }
    }

    private String status(String job) {
        int look = looks.merge(job, 1, Integer::sum);
        String state = "RUNNING";
        if (cancelled.contains(job)) {
            state = "CANCELLED";
        } else if (look > 2 && !job.equals("greedy")) {
            state = "COMPLETED";
        }
        int cpu = job.equals("greedy") ? 99 : 20;
        return "{'job_id':'" + job + "','state':'" + state + "','progress_percent':" + Math.min(look * 10, 100)
                + ",'metrics':[],'resource_utilization':{'cpu_usage':" + cpu + ",'memory_usage':20}}";
    }

    private static void respond(HttpExchange request, String json) throws IOException {
        byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        request.getResponseHeaders().set("Content-Type", "application/json");
        request.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        request.getResponseBody().write(body);
        request.close();
    }

    private static String field(String body, String name) {
        return body.replaceFirst("(?s).*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }

    /** Posts the body, or gets where there is none. */
    private static HttpResponse<String> send(URI address, String token, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
