package io.trainwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.Delivery;
import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobState;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.trainwatch.job.JobKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.DeadLetterChannelBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.component.servlet.CamelHttpTransportServlet;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.rest.RestBindingMode;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** A Camel context that has a life of its own, and the jar on its class path. */
class HostTest {

    private static final String TOKEN = "a-token-of-this-host-alone";
    private static final Duration AT_MOST = Duration.ofSeconds(40);
    private static final List<JobScript> JOBS = List.of(
            JobScript.of("host", "good", Ending.COMPLETES).running(Duration.ofSeconds(2)),
            JobScript.of("host", "greedy", Ending.BREACHES_CPU)
                    .running(Duration.ofMinutes(5))
                    .turnsAt(0.01));

    @TempDir
    Path folder;

    private final AtomicInteger failuresOfHost = new AtomicInteger();
    private final AtomicInteger intercepted = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void aHostWithAllNamesOfItsOwnRunsTheMainJobAndStaysAsItWas() throws Exception {
        Simulator simulator = simulator(JOBS);
        DefaultCamelContext bare = host(Map.of());
        bare.start();
        Set<String> beans = beans(bare);
        Set<String> routes = routes(bare);
        bare.close();

        URI http = servlets();
        Map<String, String> properties = properties(simulator);
        properties.put("trainwatch.http.path", "/trainwatch");
        properties.put("trainwatch.http.token", TOKEN);
        DefaultCamelContext host = host(properties);
        SQLiteDataSource database = databaseOfHost();
        host.start();
        awaitTheMainJob(simulator);

        assertThat(added(beans, beans(host))).isNotEmpty().allMatch(name -> name.startsWith("trainwatch"));
        assertThat(beans(host)).containsAll(beans);
        assertThat(added(routes, routes(host))).isNotEmpty().allMatch(id -> id.startsWith("trainwatch-"));
        assertThat(routes(host)).containsAll(routes);
        assertThat(failuresOfHost).hasValue(0);
        assertThat(intercepted).hasValue(0);
        assertThat(tables(database)).doesNotContain("job", "trainwatch_schema");

        assertThat(calls).hasValue(0);
        for (String id : formerIds()) {
            host.createProducerTemplate().sendBody("direct:" + id, "hello");
        }
        assertThat(calls).hasValue(formerIds().size());
        assertThat(intercepted).hasPositiveValue();
        host.createProducerTemplate().request("direct:that-fails", exchange -> {});
        assertThat(failuresOfHost).hasValue(1);

        assertThat(get(http, "/hello", "").body()).contains("hello");
        for (String path : List.of("/trainwatch/jobs", "/trainwatch/statistics", "/trainwatch/health")) {
            assertThat(get(http, path, "").statusCode()).as(path).isEqualTo(401);
            assertThat(get(http, path, "Bearer of-somebody-else").statusCode()).isEqualTo(401);
            assertThat(get(http, path, "Bearer " + TOKEN).statusCode()).as(path).isEqualTo(200);
            assertThat(get(http, path.replace("/trainwatch", ""), "").statusCode())
                    .isEqualTo(404);
        }
        assertThat(get(http, "/trainwatch/jobs", "Bearer " + TOKEN).body()).contains("greedy");
        Exchange added = host.createProducerTemplate()
                .request(
                        "direct:trainwatch-add-jobs",
                        exchange -> exchange.getMessage().setBody("{\"jobs\": [\"host/another\"]}"));
        assertThat(added.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(201);
    }

    @Test
    void nothingIsServedWhereNobodyAskedForIt() throws Exception {
        URI http = servlets();
        DefaultCamelContext host = host(properties(simulator(List.of())));
        host.start();
        assertThat(get(http, "/hello", "").statusCode()).isEqualTo(200);
        for (String path : List.of("/jobs", "/api/jobs", "/trainwatch/jobs", "/statistics", "/health")) {
            assertThat(get(http, path, "").statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void anApiWithoutATokenIsRefusedUnlessTheHostProtectsIt() throws Exception {
        URI http = servlets();
        Map<String, String> properties = properties(simulator(List.of()));
        properties.put("trainwatch.http.path", "/trainwatch");
        assertThatThrownBy(() -> host(properties).start())
                .hasStackTraceContaining("trainwatch.http.token")
                .hasStackTraceContaining("trainwatch.http.protected-by-host=true");
        properties.put("trainwatch.http.protected-by-host", "true");
        host(properties).start();
        assertThat(get(http, "/trainwatch/jobs", "").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutAKeyOrSwitchedOffNothingIsAdded() throws Exception {
        DefaultCamelContext bare = host(Map.of());
        bare.start();
        assertThat(beans(bare)).noneMatch(name -> name.startsWith("trainwatch"));
        assertThat(routes(bare)).noneMatch(id -> id.startsWith("trainwatch"));
        DefaultCamelContext off = host(Map.of("trainwatch.enabled", "false", "trainwatch.nonsense", "1"));
        off.start();
        assertThat(beans(off)).noneMatch(name -> name.startsWith("trainwatch"));
    }

    @Test
    void aSecondContextWithTheSameStoreIsRefusedInWords() throws Exception {
        Map<String, String> properties = properties(simulator(List.of()));
        DefaultCamelContext first = host(properties);
        first.start();
        assertThatThrownBy(() -> host(properties).start())
                .hasStackTraceContaining("the Camel context '" + first.getName() + "' of this process uses that store");
        first.stop();
        host(properties).start();
    }

    @Test
    void aContextIsStoppedAndStartedTenTimes() throws Exception {
        Simulator simulator = simulator(List.of(JOBS.get(0)));
        DefaultCamelContext host = host(properties(simulator));
        host.start();
        Set<String> beans = beans(host); // Camel itself forgets those of the host when it stops
        beans.removeIf(name -> !name.startsWith("trainwatch"));
        Set<String> routes = routes(host);
        host.stop();
        assertThat(beans(host)).noneMatch(name -> name.startsWith("trainwatch"));
        int sources = host.getPropertiesComponent().getPropertiesSources().size();
        long threads = 0;
        for (int i = 1; i <= 10; i++) {
            host.start();
            assertThat(beans(host)).containsAll(beans);
            assertThat(routes(host)).isEqualTo(routes);
            host.stop();
            assertThat(host.getPropertiesComponent().getPropertiesSources()).hasSize(sources);
            if (i == 1) {
                threads = threads();
            }
        }
        long before = threads;
        // One that each start leaves behind would make nine; a few are those of pools that grow.
        await().atMost(AT_MOST).untilAsserted(() -> assertThat(threads()).isLessThan(before + 9));
        host.start();
        await().atMost(AT_MOST).until(() -> types(simulator).contains("host/good job.completed"));
    }

    @Test
    void jobsAreWatchedWhereRoutesStartLater() throws Exception {
        Simulator simulator = simulator(List.of(JOBS.get(0)));
        DefaultCamelContext host = host(properties(simulator));
        host.getRouteController().supervising().setInitialDelay(500);
        host.start();
        await().atMost(AT_MOST).until(() -> types(simulator).contains("host/good job.completed"));
    }

    @Test
    void aContextIsSuspendedAndResumed() throws Exception {
        Simulator simulator = simulator(List.of(JOBS.get(0)));
        DefaultCamelContext host = host(properties(simulator));
        host.start();
        host.suspend();
        assertThat(host.getStatus()).isEqualTo(ServiceStatus.Suspended);
        host.resume();
        await().atMost(AT_MOST).until(() -> types(simulator).contains("host/good job.completed"));
    }

    @Test
    void aRouteOfTheHostTakesThePlaceOfOneOfOursWheneverItComes() throws Exception {
        DefaultCamelContext host = host(properties(simulator(List.of())));
        host.addRoutes(counting("trainwatch-cancel-job"));
        host.start();
        host.addRoutes(counting("trainwatch-call-tenant"));
        for (String id : List.of("trainwatch-cancel-job", "trainwatch-call-tenant")) {
            assertThat(host.getRoute(id)).as(id).isNotNull();
            assertThat(host.getRoute(id).getDescription()).isEqualTo("of the host");
        }
        host.createProducerTemplate().sendBody("direct:trainwatch-cancel-job", "");
        assertThat(calls).hasValue(1);
        host.stop();
        host.start();
        assertThat(host.getRoute("trainwatch-cancel-job").getDescription()).isEqualTo("of the host");
    }

    @Test
    void valuesAreReadAsTheHostWritesThem() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "of a file {{and braces}}\n");
        Map<String, String> properties = new LinkedHashMap<>(Map.of(
                "my.address", "https://tenant.example/api",
                "trainwatch.tenant.acme.base-url", "{{my.address}}",
                "trainwatch.tenant.acme.client-id", "trainwatch",
                "trainwatch.tenant.acme.client-secret", "{{file:" + secret + "}}",
                "trainwatch.jobs[0]", "acme:p/one",
                "trainwatch.jobs[1]", "acme:p/two"));
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        DefaultCamelContext host = host(properties);
        host.init();
        TrainwatchBeans beans = host.getRegistry().findSingleByType(TrainwatchBeans.class);
        var tenant = beans.settings()
                .get(io.trainwatch.tenant.TenantSettings.TENANTS)
                .get("acme");
        assertThat(tenant.toString()).contains("https://tenant.example/api");
        assertThat(tenant.credentials().toString()).doesNotContain(secret.toString());
        assertThat(beans.settings().get(io.trainwatch.watch.JobsSettings.JOBS))
                .containsExactly(new JobKey("acme", "p", "one"), new JobKey("acme", "p", "two"));
    }

    private DefaultCamelContext host(Map<String, String> properties) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        open.add(context);
        Properties initial = new Properties();
        initial.putAll(properties);
        context.getPropertiesComponent().setInitialProperties(initial);
        for (String name : formerBeans()) {
            context.getRegistry().bind(name, "a bean of the host");
        }
        Clock still = Clock.fixed(Instant.parse("2001-01-01T00:00:00Z"), ZoneOffset.UTC);
        context.getRegistry().bind("clock", still);
        context.getCamelContextExtension()
                .setErrorHandlerFactory(new DeadLetterChannelBuilder("mock:dead").maximumRedeliveries(2));
        context.setStreamCaching(true);
        context.setTracing(false);
        context.addRoutesConfigurations(new RouteConfigurationBuilder() {
            @Override
            public void configuration() {
                routeConfiguration()
                        .onException(Exception.class)
                        .handled(true)
                        .process(exchange -> failuresOfHost.incrementAndGet());
                routeConfiguration().intercept().process(exchange -> intercepted.incrementAndGet());
            }
        });
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws IOException {
                restConfiguration().component("servlet").bindingMode(RestBindingMode.json);
                rest("/hello").get().to("direct:hello");
                from("direct:hello").routeId("hello").setBody(constant("hello"));
                from("direct:that-fails")
                        .routeId("that-fails")
                        .throwException(new IllegalStateException("of the host"));
                from("quartz:trainwatch/watch-jobs?cron=0+0+0+1+1+?+2099")
                        .routeId("tick-of-host")
                        .setBody(constant(""));
                RouteDefinition steps = from("direct:steps").routeId("steps");
                formerSteps().forEach(step -> steps.setBody(constant("")).id(step));
                for (String id : formerIds()) {
                    from("direct:" + id).routeId(id).process(exchange -> calls.incrementAndGet());
                }
            }
        });
        return context;
    }

    private RouteBuilder counting(String id) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + id)
                        .routeId(id)
                        .routeDescription("of the host")
                        .process(exchange -> calls.incrementAndGet());
            }
        };
    }

    /** Of this version and of those before it, without the prefix. */
    private static Set<String> formerIds() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/earlier/routes.txt"))) {
            ids.add(line.substring(0, line.indexOf(':')));
        }
        ids.addAll(found("(?m)^    id: trainwatch-(\\S+)$"));
        ids.remove("serve-api");
        return ids;
    }

    private static Set<String> formerSteps() throws IOException {
        Set<String> steps = found("(?m)^      +(?:- )?id: (?!trainwatch-)(\\S+)$");
        steps.removeAll(formerIds());
        return steps;
    }

    private static Set<String> formerBeans() throws IOException {
        Set<String> names = new TreeSet<>();
        found("\\b(?:ref: |#|bean:)trainwatch(\\w+)")
                .forEach(name -> names.add(Character.toLowerCase(name.charAt(0)) + name.substring(1)));
        names.addAll(List.of("tenant-http", "webhook-http", "prometheus-http", "store", "settings", "jobs"));
        return names;
    }

    private static Set<String> found(String pattern) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
                while (matcher.find()) {
                    found.add(matcher.group(1));
                }
            }
        }
        return found;
    }

    private Map<String, String> properties(Simulator simulator) {
        Map<String, String> properties = new LinkedHashMap<>(simulator.properties());
        properties.values().removeIf(String::isEmpty);
        properties.put("trainwatch.poll.interval", "500ms");
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.put("trainwatch.policy.cpu-window", "1 of 1");
        return properties;
    }

    private Simulator simulator(List<JobScript> jobs) {
        Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(jobs));
        open.add(simulator);
        return simulator;
    }

    private URI servlets() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder camel = new ServletHolder("CamelServlet", CamelHttpTransportServlet.class);
        camel.setInitOrder(1);
        context.addServlet(camel, "/camel/*");
        server.setHandler(context);
        server.start();
        open.add(server::stop);
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/camel");
    }

    private SQLiteDataSource databaseOfHost() {
        SQLiteDataSource database = new SQLiteDataSource();
        database.setUrl("jdbc:sqlite:" + folder.resolve("host.db"));
        Flyway.configure().dataSource(database).load().migrate();
        assertThat(tables(database)).contains("users", "orders", "flyway_schema_history");
        return database;
    }

    private static List<String> tables(SQLiteDataSource database) {
        try (var connection = database.getConnection();
                var rows = connection.createStatement().executeQuery("select name from sqlite_master")) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitTheMainJob(Simulator simulator) {
        await().atMost(AT_MOST)
                .untilAsserted(() -> assertThat(types(simulator))
                        .contains(
                                "host/good job.completed",
                                "host/greedy job.cancel_requested",
                                "host/greedy job.cancelled"));
        assertThat(simulator.tenant().truth("host", "greedy").state()).isEqualTo(JobState.CANCELLED);
    }

    private static List<String> types(Simulator simulator) {
        return simulator.receiver().deliveries().stream()
                .map(Delivery::bodyText)
                .map(body -> field(body, "project_id") + "/" + field(body, "job_id") + " " + field(body, "event_type"))
                .toList();
    }

    private static String field(String body, String name) {
        return body.replaceFirst(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }

    private static Set<String> beans(CamelContext context) {
        return new TreeSet<>(
                context.getRegistry().findByTypeWithName(Object.class).keySet());
    }

    private static Set<String> routes(DefaultCamelContext context) {
        return context.getRouteDefinitions().stream()
                .map(RouteDefinition::getId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> added(Set<String> before, Set<String> after) {
        Set<String> added = new TreeSet<>(after);
        added.removeAll(before);
        return added;
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .count();
    }

    private static HttpResponse<String> get(URI http, String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(http + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
