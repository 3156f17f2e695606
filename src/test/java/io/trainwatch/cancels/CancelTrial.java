package io.trainwatch.cancels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.TrainwatchBeans;
import io.trainwatch.TrainwatchSettings;
import io.trainwatch.audit.AuditVerification;
import io.trainwatch.cancels.CancelFault.Came;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.demo.simulator.SimulatedTenant;
import io.trainwatch.demo.simulator.TaskScript;
import io.trainwatch.demo.simulator.TenantOptions;
import io.trainwatch.job.JobKey;
import io.trainwatch.settings.Sources;
import io.trainwatch.watch.CancelDeadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.AdviceWithRouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;

/**
 * Runs every {@link CancelFault} many times at once: the routes and beans of production with a real store and a real
 * audit, against the simulated tenant over HTTP, all on one clock that is moved on whenever nothing is left to do.
 *
 * <p>Jobs that meet a crash are left where they are by a process that is then stopped; another one takes the store over,
 * as after a kill.
 */
final class CancelTrial implements AutoCloseable {

    static final Duration RETRY_AFTER = Duration.ofSeconds(8);
    private static final Duration LENGTH = Duration.ofSeconds(520);
    /** Jobs that are added together are looked at first 10 ms apart. */
    private static final int TOGETHER = 25;

    /** Of each kind, at a time: more take more memory than a small machine has. */
    private static final int MOST_RUNS = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final int runs;
    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant;
    private final Map<String, CancelFault> jobs = new LinkedHashMap<>();
    private final Map<String, JobKey> keys = new HashMap<>();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> crashed = ConcurrentHashMap.newKeySet();
    private final Set<String> toCrash = ConcurrentHashMap.newKeySet();
    private Main main;

    /**
     * @param runs of each kind
     * @param seed another one gives other noise
     */
    CancelTrial(Path folder, int runs, long seed) {
        this.folder = folder;
        this.runs = runs;
        // A request that hangs costs real time; many at once need more of it.
        tenant = SimulatedTenant.start(TenantOptions.defaults()
                .clock(clock)
                .retryAfter(RETRY_AFTER)
                // So many tasks at once are more than Cognigy would let one address ask about.
                .taskLimit(0)
                .hangFor(requestTimeout().multipliedBy(2))
                .seed(seed));
    }

    private Duration requestTimeout() {
        return runs <= 10 ? Duration.ofMillis(1_500) : Duration.ofSeconds(5);
    }

    /** What is wrong, by kind; empty lists where all runs were as specified. */
    Map<CancelFault, List<String>> run() throws Exception {
        start();
        add();
        restartAfterCrashes();
        while (Duration.between(SettableClock.START, clock.instant()).compareTo(LENGTH) < 0) {
            step();
        }
        awaitAudit();
        return compare();
    }

    private void start() throws Exception {
        Map<String, String> values = new HashMap<>();
        values.put("trainwatch.tenant.acme.base-url", tenant.baseUrl().toString());
        values.put("trainwatch.tenant.acme.client-id", tenant.options().clientId());
        values.put("trainwatch.tenant.acme.client-secret", tenant.options().clientSecret());
        values.put("trainwatch.tenant.tasks.base-url", tenant.tasksBaseUrl().toString());
        values.put("trainwatch.tenant.tasks.api", "tasks");
        values.put("trainwatch.tenant.tasks.api-key", tenant.options().apiKey());
        values.put("trainwatch.policy.cpu-window", "1 of 1");
        values.put("trainwatch.policy.max-cancels-per-hour", "100000");
        values.put("trainwatch.policy.max-stagnation", "5s");
        values.put("trainwatch.policy.fixed-stagnation", "true");
        values.put("trainwatch.poll.tick", "10ms");
        values.put("trainwatch.poll.workers", runs <= 10 ? "64" : "400");
        values.put("trainwatch.request.timeout", requestTimeout().toMillis() + "ms");
        values.put("trainwatch.http.enabled", "false");
        values.put("trainwatch.store.url", "jdbc:sqlite:" + folder.resolve("trial.db"));
        values.put("trainwatch.audit.directory", folder.resolve("audit").toString());
        main = new Main() {
            @Override
            protected CamelContext createCamelContext() {
                CamelContext context = super.createCamelContext();
                context.setApplicationContextClassLoader(CancelTrial.class.getClassLoader());
                return context;
            }
        };
        main.bind("settings", TrainwatchSettings.read(Sources.of(values)));
        main.bind("trainwatchClock", clock);
        main.configure().setJmxEnabled(false);
        main.configure().rest().setInlineRoutes(false);
        main.start();
        CamelContext context = main.getCamelContext();
        AdviceWith.adviceWith(
                context.getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .getRouteDefinition("trainwatch-cancel-job"),
                context,
                new AdviceWithRouteBuilder() {
                    @Override
                    public void configure() {
                        weaveById("trainwatch-delete-job")
                                .before()
                                .process(exchange -> crash(exchange, CancelFault.CRASH_BEFORE));
                        weaveById("trainwatch-delete-job")
                                .after()
                                .process(exchange -> crash(exchange, CancelFault.CRASH_AFTER));
                    }
                });
    }

    /** Leaves the exchange where it is: what a process that dies has under way goes no further. */
    private void crash(Exchange exchange, CancelFault where) {
        String job = exchange.getVariable("job", JobKey.class).toString();
        if (jobs.get(job) == where && toCrash.remove(job)) {
            crashed.add(job);
            exchange.setRouteStop(true);
        }
    }

    private void add() {
        List<JobKey> all = new ArrayList<>();
        for (CancelFault fault : CancelFault.values()) {
            for (int run = 0; run < runs; run++) {
                String id = fault.name() + "-" + run;
                JobKey key;
                if (fault.isTask()) {
                    TaskScript task = fault.task(id);
                    tenant.tasks().addAll(List.of(task));
                    key = new JobKey("tasks", task.projectId(), task.taskId());
                } else {
                    JobScript job = fault.job(id);
                    tenant.add(job);
                    key = new JobKey("acme", "p", id);
                }
                fault.spoil(tenant.faults().forCancelsOf(key.project(), key.job()));
                jobs.put(key.toString(), fault);
                keys.put(key.toString(), key);
                all.add(key);
                if (fault == CancelFault.CRASH_BEFORE || fault == CancelFault.CRASH_AFTER) {
                    toCrash.add(key.toString());
                }
            }
        }
        // All have begun to break their policy by the first look at them.
        clock.advance(Duration.ofMillis(100));
        for (int from = 0; from < all.size(); from += TOGETHER) {
            beans().watchList().add(all.subList(from, Math.min(from + TOGETHER, all.size())), "trial");
        }
    }

    private void restartAfterCrashes() throws Exception {
        int crashes = toCrash.size();
        while (crashed.size() < crashes) {
            step();
        }
        main.stop();
        crashed.clear();
        start();
    }

    private void step() throws InterruptedException {
        long seconds = Duration.between(SettableClock.START, clock.instant()).toSeconds();
        clock.advance(seconds < 12 ? Duration.ofMillis(500) : Duration.ofSeconds(seconds < 70 ? 2 : 10));
        deadline().reportOverdue();
        settle();
        spoilWhatFollows();
    }

    /** Waits until no look is due or under way, but for those that met a crash. */
    private void settle() {
        long start = System.nanoTime();
        int quiet = 0;
        while (quiet < 2) {
            boolean busy = beans().watch().looks().count() > crashed.size()
                    || !beans().watchList().figures().longestOverdue().isZero();
            quiet = busy ? 0 : quiet + 1;
            if (System.nanoTime() - start > Duration.ofMinutes(3).toNanos()) {
                throw new IllegalStateException("Looks do not come to an end: "
                        + beans().watch().looks().count() + " under way");
            }
            if (quiet < 2) {
                LockSupport.parkNanos(3_000_000);
            }
        }
    }

    private void spoilWhatFollows() {
        jobs.forEach((id, fault) -> {
            if ((fault == CancelFault.STATUS_INVALID || fault == CancelFault.OUTAGE) && !begun.contains(id)) {
                JobKey key = keys.get(id);
                if (!tenant.truth(key.project(), key.job()).cancels().isEmpty()) {
                    begun.add(id);
                    fault.afterFirstCancel(tenant.faults().forJob(key.project(), key.job()));
                }
            }
        });
    }

    private void awaitAudit() {
        while (beans().journal().unexported() > 0) {
            clock.advance(Duration.ofMillis(100));
            LockSupport.parkNanos(20_000_000);
        }
    }

    private Map<CancelFault, List<String>> compare() throws IOException, SQLException {
        Map<CancelFault, List<String>> wrong = new EnumMap<>(CancelFault.class);
        AuditVerification.Result audit = AuditVerification.verify(List.of(folder.resolve("audit")));
        if (!audit.isWhole()) {
            throw new IllegalStateException(audit.describe());
        }
        Map<String, List<JsonNode>> lines = lines();
        Map<String, List<String>> events = new HashMap<>();
        Map<String, String> states = new HashMap<>();
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("trial.db"));
                Statement statement = store.createStatement()) {
            ResultSet rows = statement.executeQuery("select job, type from event order by seq");
            while (rows.next()) {
                events.computeIfAbsent(rows.getString(1), job -> new ArrayList<>())
                        .add(rows.getString(2));
            }
            rows = statement.executeQuery("select id, case when phase = 'ENDED' then state else phase end from job");
            while (rows.next()) {
                states.put(rows.getString(1), rows.getString(2));
            }
        }
        jobs.forEach((id, fault) -> {
            List<JsonNode> told = lines.getOrDefault(id, List.of());
            List<Instant> cancels = cancels(id);
            Came came = new Came(
                    states.get(id),
                    cancels.size(),
                    told.stream()
                            .filter(line ->
                                    "CANCEL_RESULT".equals(line.path("action").asText()))
                            .map(line -> line.path("details").path("result").asText())
                            .toList(),
                    events.getOrDefault(id, List.of()),
                    told.stream().map(line -> line.path("action").asText()).toList(),
                    cancels.size() < 2 ? Duration.ofDays(1) : Duration.between(cancels.get(0), cancels.get(1)));
            List<String> all = wrong.computeIfAbsent(fault, kind -> new ArrayList<>());
            List<String> reasons = new ArrayList<>();
            fault.expected().compare(came, reasons::add);
            if (!reasons.isEmpty()) {
                all.add(id + ": " + String.join("; ", reasons));
            }
        });
        return wrong;
    }

    private List<Instant> cancels(String id) {
        JobKey key = keys.get(id);
        return jobs.get(id).isTask()
                ? tenant.tasks().truth(key.project(), key.job()).cancels().stream()
                        .map(cancel -> cancel.at())
                        .toList()
                : tenant.truth(key.project(), key.job()).cancels().stream()
                        .map(cancel -> cancel.at())
                        .toList();
    }

    private Map<String, List<JsonNode>> lines() throws IOException {
        Map<String, List<JsonNode>> lines = new HashMap<>();
        try (Stream<Path> files = Files.list(folder.resolve("audit"))) {
            for (Path file : files.sorted().toList()) {
                try (BufferedReader reader = Files.newBufferedReader(file)) {
                    for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                        JsonNode line = JSON.readTree(text);
                        String job = line.path("tenant").asText() + ":"
                                + line.path("project_id").asText() + "/"
                                + line.path("job_id").asText();
                        lines.computeIfAbsent(job, key -> new ArrayList<>()).add(line);
                    }
                }
            }
        }
        return lines;
    }

    private TrainwatchBeans beans() {
        return main.getCamelContext().getRegistry().findSingleByType(TrainwatchBeans.class);
    }

    private CancelDeadline deadline() {
        return main.getCamelContext()
                .getRegistry()
                .lookupByNameAndType("trainwatchCancelDeadline", CancelDeadline.class);
    }

    @Override
    public void close() {
        if (main != null) {
            main.stop();
        }
        tenant.close();
    }

    /** Prints the table; the first argument is the number of runs of each kind, which are taken some at a time. */
    public static void main(String[] arguments) throws Exception {
        int runs = Integer.parseInt(arguments[0]);
        long start = System.nanoTime();
        Map<CancelFault, List<String>> wrong = new EnumMap<>(CancelFault.class);
        for (int done = 0; done < runs; done += MOST_RUNS) {
            Path folder = Files.createTempDirectory("cancel-faults");
            try (CancelTrial trial = new CancelTrial(folder, Math.min(MOST_RUNS, runs - done), done)) {
                trial.run()
                        .forEach((fault, bad) -> wrong.computeIfAbsent(fault, kind -> new ArrayList<>())
                                .addAll(bad));
            }
        }
        print(wrong, runs);
        System.out.printf(
                "%d kinds, %d runs in %d s%n",
                CancelFault.values().length,
                CancelFault.values().length * runs,
                Duration.ofNanos(System.nanoTime() - start).toSeconds());
        System.exit(wrong.values().stream().allMatch(List::isEmpty) ? 0 : 1);
    }

    private static void print(Map<CancelFault, List<String>> wrong, int runs) {
        System.out.printf("%-52s %5s %13s %5s  %s%n", "kind", "runs", "as specified", "not", "specified");
        for (CancelFault fault : CancelFault.values()) {
            List<String> bad = wrong.get(fault);
            CancelFault.Expected expected = fault.expected();
            System.out.printf(
                    "%-52s %5d %13d %5d  %s, %d sent%s, results %s%n",
                    fault.title(),
                    runs,
                    runs - bad.size(),
                    bad.size(),
                    expected.state(),
                    expected.requests(),
                    expected.isEscalated() ? ", escalated" : "",
                    expected.results());
            bad.stream().limit(3).forEach(line -> System.out.println("    " + line));
        }
    }
}
