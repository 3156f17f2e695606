package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.StoreBeingOpened;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.api.JobsEndpoint;
import io.trainwatch.api.Refused;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.settings.Settings;
import io.trainwatch.settings.Sources;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreSettings;
import io.trainwatch.webhook.Event;
import io.trainwatch.webhook.EventType;
import io.trainwatch.webhook.Events;
import io.trainwatch.webhook.EventsEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code trainwatch:events} and {@code trainwatch:jobs}, from routes of a host and as the documentation writes them. */
class TrainwatchComponentTest {

    private static final Pattern YAML = Pattern.compile("(?s)```yaml\\n(.*?)```");
    private static final Duration AT_MOST = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final Map<String, String> more = new HashMap<>();
    private final List<Taken> tried = new CopyOnWriteArrayList<>();
    private DefaultCamelContext context = new DefaultCamelContext();
    private Store store;

    private record Taken(String job, String type, String id, String body) {
        static Taken of(Exchange exchange) {
            return new Taken(
                    exchange.getMessage().getHeader("trainwatch-job", String.class),
                    exchange.getMessage().getHeader("trainwatch-event-type", String.class),
                    exchange.getMessage().getHeader("webhook-id", String.class),
                    exchange.getMessage().getBody(String.class));
        }
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        if (store != null) {
            store.close();
        }
    }

    @Test
    void whatTheDocumentationWritesTakesEventsInOrderThoughEveryThirdIsThrown() throws Exception {
        ofDocumentation();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:open-ticket").errorHandler(noErrorHandler()).process(exchange -> {
                    tried.add(Taken.of(exchange));
                    if (calls.incrementAndGet() % 3 == 0) {
                        throw new IllegalStateException("every third");
                    }
                    taken.add(Taken.of(exchange));
                });
            }
        });
        start();
        List<String> failed = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            failed.add(publish("acme", "one", i, EventType.JOB_FAILED));
            publish("acme", "one", 10 + i, EventType.JOB_BREACHED);
            publish("other", "one", i, EventType.JOB_FAILED);
        }
        awaitTaken(6);
        assertThat(taken.stream().map(Taken::id).distinct()).containsExactlyElementsOf(failed);
        assertThat(tried).hasSizeGreaterThan(6);
        for (String id : failed) {
            assertThat(tried.stream().filter(event -> event.id().equals(id)).distinct())
                    .hasSize(1);
        }
        assertThat(beans().outbox().targetStates().stream().map(state -> state.name()))
                .contains("tickets");
    }

    @Test
    void whatTheDocumentationWritesAddsAndCancelsAJob() throws Exception {
        ofDocumentation();
        context.addRoutes(openTicket());
        start();
        ProducerTemplate template = context.createProducerTemplate();
        String added = template.requestBody("direct:watch-training", "{\"jobs\": [\"acme:p/one\"]}", String.class);
        assertThat(JSON.readTree(added).get("added").asInt()).isEqualTo(1);
        String ordered =
                template.requestBodyAndHeader("direct:stop-training", "", "trainwatch-job", "acme:p/one", String.class);
        assertThat(JSON.readTree(ordered).get("ordered").asBoolean()).isTrue();
        assertThat(audit())
                .anySatisfy(
                        line -> assertThat(line).contains("route stop-training").contains("There is newer data"));
    }

    @Test
    void jobsAreListedAndReleasedAndWhatIsRefusedIsThrown() throws Exception {
        start();
        ProducerTemplate template = context.createProducerTemplate();
        template.requestBody("trainwatch:jobs?operation=add", List.of("acme:p/one", "acme:p/two", "other:p/three"));
        Exchange page = template.request(
                "trainwatch:jobs?operation=list&query=RAW(tenant=acme&limit=1)",
                exchange -> exchange.getMessage().setHeader("CamelHttpMethod", "DELETE"));
        JsonNode jobs = JSON.readTree(page.getMessage().getBody(String.class));
        assertThat(jobs).hasSize(1);
        String next = page.getMessage().getHeader("trainwatch-next", String.class);
        Exchange second = template.request(
                "trainwatch:jobs?operation=list",
                exchange -> exchange.getMessage().setHeader("trainwatch-query", next));
        assertThat(JSON.readTree(second.getMessage().getBody(String.class))).hasSize(1);
        assertThat(second.getMessage().getHeader("trainwatch-next")).isNull();

        String released =
                template.requestBody("trainwatch:jobs?operation=release&job=acme:p/one&reason=done", "", String.class);
        assertThat(JSON.readTree(released).get("removed").asBoolean()).isTrue();
        String again =
                template.requestBody("trainwatch:jobs?operation=release&job=acme:p/one&reason=done", "", String.class);
        assertThat(JSON.readTree(again).get("removed").asBoolean()).isFalse();

        assertRefused("trainwatch:jobs?operation=cancel&job=acme:p/two", "", 400, "'reason' is missing");
        assertRefused("trainwatch:jobs?operation=cancel&job=acme:p/one&reason=x", "", 409, "was released");
        assertRefused("trainwatch:jobs?operation=cancel&job=acme:p/none&reason=x", "", 404, "not on the watch list");
        assertRefused("trainwatch:jobs?operation=add", "{\"jobs\": [\"nobody:p/one\"]}", 400, "'nobody'");
        assertRefused("trainwatch:jobs?operation=add", "{\"jobbs\": 1}", 400, "jobbs");
        assertRefused("trainwatch:jobs?operation=list&query=sort=up", "", 400, "'sort' is one of");
        assertThat(template.request("trainwatch:jobs?operation=cancel", exchange -> {})
                        .getException())
                .hasMessageContaining("trainwatch-job");
    }

    @Test
    void eachFormatIsTheBodyThatATargetOfThePropertiesGets() throws Exception {
        for (String format : List.of("generic", "cloudevents-structured", "slack")) {
            context.addRoutes(taking("trainwatch:events?target=" + format + "&format=" + format, format));
        }
        start();
        publish("acme", "one", 1, EventType.JOB_FAILED);
        awaitTaken(3);
        assertThat(taken.stream().map(Taken::body))
                .anyMatch(body -> body.contains("\"schema_version\":1") && !body.contains("specversion"))
                .anyMatch(body -> body.contains("specversion"))
                .anyMatch(body -> body.contains("blocks"));
    }

    @Test
    void whatIsPublishedWhileTheRouteIsStoppedAndOverARestartIsTakenLater() throws Exception {
        context.addRoutes(taking("trainwatch:events", "mine"));
        start();
        publish("acme", "one", 1, EventType.JOB_FAILED);
        awaitTaken(1);
        context.getRouteController().stopRoute("mine");
        String second = publish("acme", "one", 2, EventType.JOB_FAILED);
        pass(Duration.ofMinutes(2));
        assertThat(taken).hasSize(1);
        assertThat(number("select sum(attempts) from delivery where status = 'pending'"))
                .as("none is tried")
                .isZero();
        context.close();
        context = new DefaultCamelContext();
        context.addRoutes(taking("trainwatch:events", "mine"));
        start();
        awaitTaken(2);
        assertThat(taken.get(1).id()).isEqualTo(second);
        context.getRouteController().stopRoute("mine");
        context.getRouteController().startRoute("mine");
        publish("acme", "one", 3, EventType.JOB_FAILED);
        awaitTaken(3);
        context.getRouteController().stopRoute("mine");
        context.removeRoute("mine");
        publish("acme", "one", 4, EventType.JOB_FAILED);
        assertThat(number("select count(*) from delivery"))
                .as("nobody wants the fourth")
                .isEqualTo(3);
    }

    /** Routes of the folder that say nothing of failures and are called by nobody have them logged, and no more. */
    @Test
    void whatARouteOfTheFolderThrowsIsHandedOnAgain() throws Exception {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        Files.writeString(routes.resolve("mine.camel.yaml"), """
                - route:
                    id: mine
                    from:
                      uri: trainwatch:events
                      steps:
                        - to:
                            uri: direct:of-host
                """);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:of-host").errorHandler(noErrorHandler()).process(exchange -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("the first");
                    }
                    taken.add(Taken.of(exchange));
                });
            }
        });
        more.put("trainwatch.routes.directory", routes.toString());
        start();
        publish("acme", "one", 1, EventType.JOB_FAILED);
        awaitTaken(1);
        assertThat(calls).hasValue(2);
    }

    @Test
    void aMistypedOptionStopsTheStartAndSaysWhatIsMeant() throws Exception {
        assertStopped("trainwatch:events?types=job.faild", "job.faild", "Did you mean job.failed?");
        assertStopped("trainwatch:events?tenant=acne", "create route: mine", "'acne' is not configured", "mean acme?");
        assertStopped("trainwatch:events?format=slak", "Did you mean slack?");
        assertStopped("trainwatch:events?tpyes=job.failed", "tpyes");
        assertStopped("trainwatch:event", "trainwatch:events and trainwatch:jobs");
        assertStopped("trainwatch:events?target=ops", "another target 'ops'");
    }

    @Test
    void twoRoutesDoNotShareATarget() throws Exception {
        context.addRoutes(taking("trainwatch:events", "mine"));
        context.addRoutes(taking("trainwatch:events?tenant=acme", "yours"));
        assertThatThrownBy(this::start)
                .hasStackTraceContaining("The route yours")
                .hasStackTraceContaining("there is another target 'events' already");
    }

    @Test
    void withoutTrainwatchTheRouteStartsAndGetsNothing() throws Exception {
        context.addRoutes(taking("trainwatch:events?tenant=acme", "mine"));
        context.start();
        assertThat(context.getRouteController().getRouteStatus("mine").isStarted())
                .isTrue();
        assertThat(context.createProducerTemplate()
                        .request("trainwatch:jobs?operation=list", exchange -> {})
                        .getException())
                .hasMessageContaining("not configured here");
    }

    @Test
    void theCatalogKnowsEachOption() throws Exception {
        JsonNode catalog = JSON.readTree(context.getComponentParameterJsonSchema("trainwatch"));
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>" + catalog.get("component").get("version").asText() + "</version>");
        Set<String> described = new TreeSet<>();
        catalog.get("properties").fieldNames().forEachRemaining(described::add);
        assertThat(described).contains("subject");
        described.removeAll(
                Set.of("subject", "bridgeErrorHandler", "exceptionHandler", "exchangePattern", "lazyStartProducer"));
        Set<String> options = new TreeSet<>();
        for (Class<?> endpoint : List.of(EventsEndpoint.class, JobsEndpoint.class)) {
            Arrays.stream(endpoint.getDeclaredMethods())
                    .map(method -> method.getName())
                    .filter(name -> name.startsWith("set"))
                    .forEach(name -> options.add(Character.toLowerCase(name.charAt(3)) + name.substring(4)));
        }
        assertThat(described).isEqualTo(options);
    }

    private void assertStopped(String from, String... words) throws Exception {
        context.close();
        context = new DefaultCamelContext();
        context.addRoutes(taking(from, "mine"));
        var thrown = assertThatThrownBy(this::start).as(from);
        for (String word : words) {
            thrown.hasStackTraceContaining(word);
        }
    }

    private void assertRefused(String uri, String body, int status, String words) {
        Exchange refused = context.createProducerTemplate()
                .request(uri, exchange -> exchange.getMessage().setBody(body));
        assertThat(refused.getException()).as(uri).isInstanceOf(Refused.class).hasMessageContaining(words);
        assertThat(((Refused) refused.getException()).status()).isEqualTo(status);
    }

    private RouteBuilder taking(String from, String id) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(id).process(exchange -> taken.add(Taken.of(exchange)));
            }
        };
    }

    private static RouteBuilder openTicket() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:open-ticket").setBody(constant(""));
            }
        };
    }

    private void ofDocumentation() throws Exception {
        String page = Files.readString(Path.of("docs", "embedding.md"));
        Matcher yaml = YAML.matcher(page.substring(page.indexOf("## From and to routes of your own")));
        int count = 0;
        while (yaml.find()) {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString("example" + count++ + ".camel.yaml", yaml.group(1)));
        }
        assertThat(count).isEqualTo(2);
    }

    private void start() throws Exception {
        Map<String, String> properties = new HashMap<>();
        for (String tenant : List.of("acme", "other")) {
            properties.put("trainwatch.tenant." + tenant + ".base-url", "http://127.0.0.1:1/api");
        }
        properties.put("trainwatch.webhook.ops.endpoint", "log:ops?level=OFF");
        properties.put("trainwatch.webhook.ops.events", "job.invalid");
        properties.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("store.db"));
        properties.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        properties.putAll(more);
        Settings settings = TrainwatchSettings.read(Sources.of(properties));
        context.getRegistry().bind("trainwatchSettings", settings);
        context.getRegistry().bind("trainwatchStore", new StoreBeingOpened(settings));
        context.getRegistry().bind("trainwatchClock", clock);
        context.start();
        if (store == null) {
            store = settings.get(StoreSettings.STORE).open();
        }
    }

    private TrainwatchBeans beans() {
        return context.getRegistry().findSingleByType(TrainwatchBeans.class);
    }

    private String publish(String tenant, String job, int number, EventType type) {
        Event event = Events.event(
                job,
                "bots",
                type == EventType.JOB_FAILED ? "FAILED" : null,
                50d,
                clock.instant(),
                1d,
                1d,
                Map.of(),
                Event.id(tenant, "bots", job, number, "ended"),
                type,
                tenant,
                null,
                clock.instant(),
                clock.instant(),
                null);
        store.transaction(handle -> beans().outbox().publish(handle, tenant + ":bots/" + job, event, clock.instant()));
        return event.eventId();
    }

    /** Rows that wait before those that are written: a row leaves the store once it is in the file. */
    private List<String> audit() throws IOException {
        List<String> lines = new ArrayList<>(store.read(handle -> handle.createQuery("select details from journal")
                .mapTo(String.class)
                .list()));
        lines.addAll(RoutesUnderTest.auditLines(folder.resolve("audit")));
        return lines;
    }

    private long number(String query) {
        return store.read(handle -> handle.createQuery(query).mapTo(Long.class).one());
    }

    private void pass(Duration time) {
        for (int i = 0; i < 24; i++) {
            clock.advance(time.dividedBy(24));
            beans().outbox().claimDue();
        }
    }

    /** Lets the clock run a hundred times as fast as the real one meanwhile. */
    private void awaitTaken(int count) {
        await().atMost(AT_MOST).pollInterval(Duration.ofMillis(50)).until(() -> {
            clock.advance(Duration.ofSeconds(5));
            return taken.stream()
                            .map(event -> event.id() + event.body())
                            .distinct()
                            .count()
                    == count;
        });
    }
}
