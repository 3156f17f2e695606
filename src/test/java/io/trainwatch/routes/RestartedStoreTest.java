package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.errors.LogLines;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.SilentNetwork;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store fails in bursts while many jobs are looked at, some of which break their policy. More bursts than the build
 * has are made by {@code -Dtrainwatch.store.bursts=24}.
 */
class RestartedStoreTest {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int BURSTS = Integer.getInteger("trainwatch.store.bursts", 5);
    private static final int JOBS = 200;

    private final LogLines log = LogLines.listen();

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final Map<JobKey, Instant> lookedAt = new ConcurrentHashMap<>();

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The connections to PostgreSQL are killed, again and again",
            then = "No look and no cancel is lost, and few lines are logged")
    @Test
    void everyJobIsLookedAtAgainAfterTheConnectionsToPostgresqlWereKilledInBursts() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        outage(database, connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where backend_type = 'client backend' and pid <> pg_backend_pid()");
            }
        });
    }

    /** Where one of its processes is killed, the server ends all others and starts anew, as after a loss of power. */
    @Situation(
            of = Situation.Of.MACHINES,
            when = "PostgreSQL crashes and restarts, again and again",
            then = "No look and no cancel is lost, and few lines are logged")
    @Test
    void everyJobIsLookedAtAgainAfterPostgresqlWasRestartedInBursts() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        outage(database, connection -> within(Duration.ofSeconds(20), () -> isCrashed(database)));
    }

    /** Its host loses its power: nothing comes back, not even that it is gone. */
    @Situation(
            of = Situation.Of.MACHINES,
            when = "The host of PostgreSQL loses its power: no packet comes back",
            then = "The looks go on when it is back")
    @Test
    void everyJobIsLookedAtAgainAfterNothingCameFromPostgresqlForAWhile() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        try (SilentNetwork network = SilentNetwork.before(database)) {
            FreshDatabase far = network.through(database);
            outage(new FreshDatabase(far.url() + "&socketTimeout=1&connectTimeout=1", far.user()), connection -> {
                network.cut();
                pass(Duration.ofMillis(1_500));
                network.mend();
            });
        }
    }

    private static boolean isCrashed(FreshDatabase database) {
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), null);
                Statement statement = connection.createStatement();
                ResultSet pid = statement.executeQuery("select pg_backend_pid()")) {
            return pid.next() && ProcessHandle.of(pid.getLong(1)).orElseThrow().destroyForcibly();
        } catch (SQLException e) {
            return false; // it is not back from the last time
        }
    }

    @Test
    void everyJobIsLookedAtAgainAfterCommitsToSqliteFailedInBursts() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.SQLITE, folder);
        outage(database, connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma busy_timeout = 20000");
                for (String table : List.of("update of looked_at on job", "insert on journal", "insert on event")) {
                    String name = "broken_" + table.replaceAll("\\W", "_");
                    statement.execute("create trigger " + name + " before " + table
                            + " begin select raise(abort, 'disk I/O error, on purpose'); end");
                    pass(Duration.ofMillis(500));
                    statement.execute("drop trigger " + name);
                }
                // What is written is taken, and the commit is not.
                statement.execute("create table if not exists parent (id integer primary key)");
                statement.execute("create table if not exists orphan (parent integer references parent (id)"
                        + " deferrable initially deferred)");
                statement.execute("create trigger broken_commit after update of looked_at on job"
                        + " begin insert into orphan values (1); end");
                pass(Duration.ofMillis(500));
                statement.execute("drop trigger broken_commit");
            }
        });
    }

    @Test
    void healthIsDownInWordsAsSoonAsClaimingFailsAndUpAgainAfterwards() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.SQLITE, folder);
        try (RoutesUnderTest routes =
                        RoutesUnderTest.start(folder, clock, Map.of("trainwatch.store.url", database.url()));
                Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 20000");
            statement.execute("create trigger broken before update of lease_owner on job"
                    + " begin select raise(abort, 'on purpose'); end");
            routes.beans().watchList().add(List.of(new JobKey("acme", "bots", "job-1")), "test");
            within(Duration.ofSeconds(10), () -> health(routes).contains("\"DOWN\""));
            assertThat(health(routes)).contains("due jobs cannot be claimed: acme: the store could not be used");
            statement.execute("drop trigger broken");
            within(Duration.ofSeconds(10), () -> health(routes).contains("\"UP\""));
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "PostgreSQL does not answer",
            then = "Health is DOWN within 2 seconds")
    @Test
    void healthIsDownSoonWhileTheStoreDoesNotAnswer() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        Map<String, String> settings = Map.of(
                "trainwatch.store.url", database.url().replace("user=postgres&", ""),
                "trainwatch.store.user", database.user());
        try (RoutesUnderTest routes = RoutesUnderTest.start(folder, clock, settings)) {
            within(Duration.ofSeconds(10), () -> health(routes).contains("\"UP\""));
            try (Connection connection = DriverManager.getConnection(database.url(), database.user(), null);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("lock table job, journal in access exclusive mode");
                Instant begun = Instant.now();
                assertThat(health(routes)).contains("\"DOWN\"", "the store has not answered within 1500 ms");
                assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(2));
                connection.rollback();
            }
            within(Duration.ofSeconds(20), () -> health(routes).contains("\"UP\""));
        }
    }

    private static String health(RoutesUnderTest routes) {
        return routes.send("direct:trainwatch-serve-health", "", Map.of())
                .getMessage()
                .getBody(String.class);
    }

    @FunctionalInterface
    private interface Burst {
        void happen(Connection connection) throws SQLException;
    }

    private void outage(FreshDatabase database, Burst burst) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "trainwatch.store.url", database.url().replace("user=postgres&", ""),
                "trainwatch.poll.interval", INTERVAL.toSeconds() + "s",
                "trainwatch.poll.workers", "16",
                "trainwatch.policy.cpu-window", "1 of 1",
                "trainwatch.policy.max-cancels-per-hour", "1000"));
        if (database.user() != null) {
            settings.put("trainwatch.store.user", database.user());
        }
        List<JobKey> jobs = IntStream.range(0, JOBS)
                .mapToObj(i -> new JobKey("acme", "bots", "job-" + i))
                .toList();
        Set<JobKey> breaking = Set.copyOf(jobs.subList(0, JOBS / 4));
        try (RoutesUnderTest routes = RoutesUnderTest.start(folder, clock, settings)) {
            routes.tenant = job -> {
                lookedAt.put(job, Instant.now());
                return status(job, breaking.contains(job) && lookedAt.size() > JOBS / 2 ? 99 : 50);
            };
            routes.beans().watchList().add(jobs, "test");
            within(Duration.ofSeconds(20), () -> lookedAt.size() > JOBS / 2);
            try (Connection connection = DriverManager.getConnection(database.url(), database.user(), null)) {
                for (int i = 0; i < BURSTS; i++) {
                    burst.happen(connection);
                    pass(Duration.ofMillis(400));
                }
            }
            Instant back = Instant.now();
            log.assertFew();
            within(
                    INTERVAL.multipliedBy(2).plusSeconds(5),
                    () -> jobs.stream()
                            .allMatch(job ->
                                    lookedAt.getOrDefault(job, Instant.EPOCH).isAfter(back)));
            within(Duration.ofSeconds(10), () -> routes.deletes.containsAll(breaking));
            assertThat(routes.beans().watch().leases().troubles()).isEmpty();
            assertThat(routes.beans().watch().leases().claimFault()).isEmpty();
        }
    }

    @AfterEach
    void leave() {
        log.close();
    }

    private static String status(JobKey job, int cpu) {
        return """
                {"job_id":"%s","state":"RUNNING","progress_percent":10,"metrics":[],
                 "resource_utilization":{"cpu_usage":%d,"memory_usage":40}}""".formatted(job.job(), cpu);
    }

    private void pass(Duration time) {
        Instant end = Instant.now().plus(time);
        within(time.plusSeconds(1), () -> Instant.now().isAfter(end));
    }

    /** Lets the clock run beside the real one meanwhile. */
    private void within(Duration time, Callable<Boolean> condition) {
        Instant[] last = {Instant.now()};
        await().atMost(time)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    Instant now = Instant.now();
                    clock.advance(Duration.between(last[0], now));
                    last[0] = now;
                    return condition.call();
                });
    }
}
