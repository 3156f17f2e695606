package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.MachineClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The service on a machine whose clock is wrong, or is set while it runs or while it does not. */
class SetClocksRouteTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final List<JobKey> JOBS = IntStream.range(0, 10)
            .mapToObj(i -> new JobKey("acme", "p1", "job-" + i))
            .toList();

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.trainwatch");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Set<JobKey> lookedAt = ConcurrentHashMap.newKeySet();
    private volatile Duration ahead = Duration.ZERO;

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(logged);
    }

    private RoutesUnderTest start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "trainwatch.poll.interval",
                "1s",
                "trainwatch.jobs",
                JOBS.stream().map(JobKey::toString).collect(Collectors.joining(","))));
        settings.putAll(more);
        return RoutesUnderTest.start(
                folder, new MachineClock(() -> Instant.now().plus(ahead), System::nanoTime), settings, job -> {
                    lookedAt.add(job);
                    return """
                            {"job_id":"%s","state":"RUNNING","progress_percent":10,"metrics":[],
                             "resource_utilization":{"cpu_usage":10,"memory_usage":40}}""".formatted(job.job());
                });
    }

    private void allAreLookedAt() {
        lookedAt.clear();
        await().atMost(LONGEST).until(() -> lookedAt.containsAll(JOBS));
    }

    private List<String> warnings() {
        return logged.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("clock"))
                .toList();
    }

    private static String health(RoutesUnderTest routes) {
        Exchange answer = routes.send("direct:trainwatch-serve-health", null, Map.of());
        return answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE) + " "
                + answer.getMessage().getBody(String.class);
    }

    @Test
    void looksGoOnWhereTheClockIsSetBackAndAfterARestart() throws Exception {
        try (RoutesUnderTest routes = start(Map.of())) {
            allAreLookedAt();
            ahead = Duration.ofHours(-1);
            await().atMost(LONGEST).until(() -> !warnings().isEmpty());
            allAreLookedAt();
            allAreLookedAt();
            assertThat(health(routes)).startsWith("200 ").contains("\"degraded\" : [ ]");
            await().atMost(LONGEST)
                    .untilAsserted(() -> assertThat(routes.audit("CLOCK_SET_BACK"))
                            .singleElement()
                            .asString()
                            .contains("\"clock\":\"machine\",\"latest\":\""));
        }
        ahead = Duration.ofHours(-30);
        try (RoutesUnderTest routes = start(Map.of())) {
            allAreLookedAt();
            assertThat(health(routes)).startsWith("200 ");
            await().atMost(LONGEST)
                    .untilAsserted(
                            () -> assertThat(routes.audit("CLOCK_SET_BACK")).hasSize(2));
        }
        assertThat(warnings())
                .containsExactly("The clock of this machine was set back by 3600 s. What is due is moved back with it");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The clock of a node differs from that of the database by 2 seconds or more",
            then = "Log and `degraded` say so; from a quarter of the lease on, it claims nothing")
    @Test
    void aNodeWhoseClockIsOffSaysSoAndFarOffClaimsNothing() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        ahead = Duration.ofSeconds(3);
        try (RoutesUnderTest routes = start(Map.of(
                "trainwatch.store.url", database.url().replace("user=postgres&", ""),
                "trainwatch.store.user", database.user()))) {
            allAreLookedAt();
            assertThat(health(routes))
                    .startsWith("200 ")
                    .containsPattern("The clock of this machine is (2.9|3|3.1) s ahead of the database's");
            ahead = Duration.ofMinutes(10);
            await().atMost(LONGEST).until(() -> health(routes).startsWith("503 "));
            assertThat(health(routes))
                    .containsPattern("\"looks\" : \"due jobs cannot be claimed: The clock of this machine is"
                            + " (599.9|600|600.1) s ahead of the database's")
                    .contains("nothing is claimed here");
            lookedAt.clear();
            await().during(Duration.ofSeconds(3)).atMost(LONGEST).until(lookedAt::isEmpty);
            ahead = Duration.ZERO;
            allAreLookedAt();
            await().atMost(LONGEST).until(() -> health(routes).contains("\"degraded\" : [ ]"));
        }
        assertThat(warnings()).hasSize(1);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A job is not looked at, whatever its due time says",
            then = "Health names it")
    @Test
    void aJobThatIsNotLookedAtIsTold() throws Exception {
        SettableClock clock = new SettableClock();
        try (RoutesUnderTest routes = RoutesUnderTest.start(folder, clock, Map.of())) {
            routes.tenant = job -> """
                    {"job_id":"job-0","state":"RUNNING","progress_percent":10}""";
            routes.beans().watchList().add(List.of(JOBS.get(0)), "test");
            await().atMost(LONGEST).until(() -> routes.job(JOBS.get(0)).state() != null);
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("trainwatch.db"));
                    Statement statement = connection.createStatement()) {
                statement.execute("update job set next_poll_at = next_poll_at + 3600000");
            }
            clock.advance(Duration.ofMinutes(3));
            await().atMost(LONGEST)
                    .untilAsserted(() -> assertThat(health(routes))
                            .startsWith("503 ")
                            .contains("\"looks\" : \"acme:p1/job-0 was not looked at for 180 s, though it waits for"));
        }
    }
}
