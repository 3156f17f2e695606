package host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.JobState;
import io.trainwatch.demo.simulator.Simulator;
import io.trainwatch.demo.simulator.SimulatorOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The application without and with the keys of Trainwatch: what it has before it has afterwards, and nothing else. */
class HostTest {

    private static final String TOKEN = "a-token-of-this-host-alone";
    private static final Duration AT_MOST = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void theMainJobRunsBesideADatabaseOfTheHost() throws Exception {
        Map<String, String> ofHost = Map.of("spring.datasource.url", "jdbc:h2:mem:host;DB_CLOSE_DELAY=-1");
        Map<String, String> store = Map.of("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trainwatch.db"));
        check(ofHost, store, "select table_name from information_schema.tables where table_schema = 'PUBLIC'");
    }

    @Test
    void theMainJobRunsInADatabaseOfTheHost() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            Map<String, String> ofHost = Map.of(
                    "spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres"),
                    "spring.datasource.username", "postgres");
            Map<String, String> store = Map.of("trainwatch.store.data-source", "#dataSource");
            check(ofHost, store, "select table_name from information_schema.tables where table_schema = 'public'");
        }
    }

    private void check(Map<String, String> ofHost, Map<String, String> store, String tables) throws Exception {
        Set<String> beans;
        Set<String> routes;
        Set<String> tablesBefore;
        try (ConfigurableApplicationContext bare = start(ofHost)) {
            beans = beans(bare);
            routes = routes(bare);
            tablesBefore = tables(bare, tables);
        }
        assertThat(beans).noneMatch(name -> name.startsWith("trainwatch"));
        assertThat(tablesBefore).anyMatch(name -> name.equalsIgnoreCase("users"));
        Host.EVENTS.clear();
        Host.FAILURES.set(0);
        List<JobScript> jobs = List.of(
                JobScript.of("boot", "good", Ending.COMPLETES).running(Duration.ofSeconds(2)),
                JobScript.of("boot", "greedy", Ending.BREACHES_CPU)
                        .running(Duration.ofMinutes(5))
                        .turnsAt(0.01));
        try (Simulator simulator = Simulator.start(SimulatorOptions.demo(1).jobs(jobs))) {
            Map<String, String> all = new LinkedHashMap<>(simulator.properties());
            all.values().removeIf(String::isEmpty);
            all.putAll(ofHost);
            all.putAll(store);
            all.put("trainwatch.audit.directory", folder.resolve("audit").toString());
            all.put("trainwatch.poll.interval", "500ms");
            all.put("trainwatch.policy.cpu-window", "1 of 1");
            all.put("trainwatch.webhook.mine.endpoint", "direct:trainings");
            all.put("trainwatch.http.path", "/trainwatch");
            all.put("trainwatch.http.token", TOKEN);
            ConfigurableApplicationContext application = start(all);
            try {
                await().atMost(AT_MOST)
                        .untilAsserted(() -> assertThat(Host.EVENTS)
                                .contains("job.completed", "job.cancel_requested", "job.cancelled"));
                assertThat(simulator.tenant().truth("boot", "greedy").state()).isEqualTo(JobState.CANCELLED);

                assertThat(beans(application)).containsAll(beans);
                assertThat(added(beans, beans(application))).allMatch(name -> name.startsWith("trainwatch"));
                assertThat(routes(application)).containsAll(routes);
                assertThat(added(routes, routes(application)))
                        .isNotEmpty()
                        .allMatch(id -> id.startsWith("trainwatch-"));
                assertThat(tables(application, tables)).isEqualTo(tablesBefore);
                assertThat(Host.FAILURES).hasValue(0);

                CamelContext camel = application.getBean(CamelContext.class);
                camel.createProducerTemplate().request("direct:that-fails", exchange -> {});
                assertThat(Host.FAILURES).hasValue(1);
                assertThat(camel.createProducerTemplate().requestBody("direct:fetch-token", "", String.class))
                        .isEqualTo("fetch-token");

                String http = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
                assertThat(get(http + "/camel/hello", "").body()).contains("hello");
                assertThat(get(http + "/camel/trainwatch/jobs", "").statusCode()).isEqualTo(401);
                assertThat(get(http + "/camel/trainwatch/jobs", TOKEN).body()).contains("greedy");
                for (String path : List.of("/camel/jobs", "/trainwatch/jobs", "/jobs", "/api/jobs", "/observe/health")) {
                    assertThat(get(http + path, "").statusCode()).as(path).isEqualTo(404);
                }
                assertThat(get(http + "/actuator/health", "").body()).contains("\"status\":\"UP\"");
                assertThat(get(http + "/actuator/metrics", "").body()).contains("trainwatch.");
                application.close();
                assertThat(camel.getStatus()).isEqualTo(ServiceStatus.Stopped);
            } finally {
                application.close();
            }
        }
    }

    /** In a folder of its own, which has a folder routes. */
    private static ConfigurableApplicationContext start(Map<String, String> properties) throws Exception {
        Path routes = Files.createDirectories(Path.of("routes"));
        Files.writeString(routes.resolve("of-host.camel.yaml"), "- route:\n    id: hello\n    from:\n      uri: direct:hello2\n      steps: []\n");
        List<String> arguments = new ArrayList<>();
        properties.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        return SpringApplication.run(Host.class, arguments.toArray(String[]::new));
    }

    private static Set<String> beans(ConfigurableApplicationContext application) {
        return new TreeSet<>(application
                .getBean(CamelContext.class)
                .getRegistry()
                .findByTypeWithName(Object.class)
                .keySet());
    }

    private static Set<String> routes(ConfigurableApplicationContext application) {
        Set<String> ids = new TreeSet<>();
        application.getBean(CamelContext.class).getRoutes().forEach(route -> ids.add(route.getId()));
        return ids;
    }

    private static Set<String> tables(ConfigurableApplicationContext application, String query) {
        return new TreeSet<>(new JdbcTemplate(application.getBean(DataSource.class)).queryForList(query, String.class));
    }

    private static Set<String> added(Set<String> before, Set<String> after) {
        Set<String> added = new TreeSet<>(after);
        added.removeAll(before);
        return added;
    }

    private static HttpResponse<String> get(String address, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
