package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.optional.history.ExportedHistory;
import io.trainwatch.optional.history.HistoryExport;
import io.trainwatch.optional.history.PolicyTrial;
import io.trainwatch.optional.history.StoredHistory;
import io.trainwatch.optional.history.TrialSummary;
import io.trainwatch.rules.CusumWindow;
import io.trainwatch.rules.Decision;
import io.trainwatch.rules.Decision.Verdict;
import io.trainwatch.rules.Level;
import io.trainwatch.rules.Limit.Side;
import io.trainwatch.rules.MetricRule.MetricFiniteRule;
import io.trainwatch.rules.MetricRule.MetricLimitRule;
import io.trainwatch.rules.MetricRule.MetricProgressRule;
import io.trainwatch.rules.Policy;
import io.trainwatch.rules.Rule;
import io.trainwatch.rules.StagnationRule;
import io.trainwatch.rules.TimeRule.DurationRule;
import io.trainwatch.rules.TimeRule.QueueRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.GpuMemoryRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import io.trainwatch.rules.Window;
import io.trainwatch.rules.Window.CountWindow;
import io.trainwatch.rules.Window.TimeWindow;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hours of watching many jobs: two nodes with failing looks, stale looks, cancels, reversals, restarts, jobs that are
 * taken off the list and put on it anew, and two changes of the policy. Then every look is judged again from what was
 * recorded, by the policy that it was judged by, and every decision must come out the same.
 *
 * <p>{@code -Dtrainwatch.replay.jobs=400} takes more jobs.
 */
class ReplayTest {

    private static final Duration STEP = TestNode.INTERVAL;
    private static final int STEPS = (int) (Duration.ofHours(2).toSeconds() / STEP.toSeconds());
    private static final int JOBS = Integer.getInteger("trainwatch.replay.jobs", 30);

    @TempDir
    Path folder;

    @Test
    void everyDecisionOfTwoHoursComesOutTheSame() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.SQLITE, folder);
        Map<String, String> decided;
        try (World world = new World(database)) {
            for (int step = 0; step < STEPS; step++) {
                world.step(step);
            }
            decided = world.decided;
            assertThat(world.deletes).as("jobs that were cancelled").isGreaterThan(3);
            assertThat(world.stale()).as("results that were refused as stale").isPositive();
        }
        try (Store store = database.open()) {
            long committed = store.read(handle -> handle.createQuery("select count(*) from recorded_look")
                    .mapTo(Long.class)
                    .one());
            StoredHistory stored = new StoredHistory(store, "store");
            TrialSummary summary = PolicyTrial.replay(stored);
            assertAllTheSame(summary);
            assertThat(summary.jobs()).isGreaterThan(JOBS);
            assertThat(summary.looks()).isEqualTo(committed).isGreaterThan(JOBS * 80L);
            assertThat(summary.cut()).isZero();
            assertThat(summary.gaps()).isZero();
            assertThat(Duration.between(summary.first(), summary.last())).isGreaterThan(Duration.ofMinutes(118));

            Path file = folder.resolve("export.jsonl");
            try (Writer out = Files.newBufferedWriter(file)) {
                assertThat(HistoryExport.write(stored, any -> true, Instant.EPOCH, out))
                        .isEqualTo(committed);
            }
            assertRecordedAsDecided(file, decided);
            TrialSummary exported = PolicyTrial.replay(new ExportedHistory(file));
            assertAllTheSame(exported);
            assertThat(exported)
                    .usingRecursiveComparison()
                    .ignoringFields("source")
                    .isEqualTo(summary);

            // The comparison can fail: another policy decides otherwise.
            TrialSummary other = PolicyTrial.of(stored, (key, live) -> Optional.of(World.policy(2)));
            assertThat(other.different()).isPositive();
        }
    }

    /** What was recorded is what the judge said at the time, as the test has heard it. */
    private static void assertRecordedAsDecided(Path file, Map<String, String> decided) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode look = mapper.readTree(line);
                if (look.has("job")) {
                    StringBuilder text = new StringBuilder(look.get("outcome").asText())
                            .append(look.path("cancel").asBoolean());
                    look.path("breaches")
                            .forEach(breach -> text.append(breach.get("rule").asText())
                                    .append(breach.get("observed").asDouble())
                                    .append(breach.get("since").asText()));
                    assertThat(text.toString())
                            .isEqualTo(decided.get(look.get("job").asText() + " "
                                    + look.get("fence").asLong()));
                }
            }
        }
    }

    private static void assertAllTheSame(TrialSummary summary) {
        assertThat(summary.notable()).isEmpty();
        assertThat(summary.mismatches()).isZero();
        assertThat(summary.different()).isZero();
    }

    /** Jobs that run, and two nodes that look at them. */
    private static final class World implements AutoCloseable {

        private final Random random = new Random(2024);
        private final SettableClock clock = new SettableClock();
        private final FreshDatabase database;
        private final Map<String, Truth> truth = new HashMap<>();
        private final TestNode[] nodes = new TestNode[2];
        /** Everything that was decided, also where it was refused as stale, by job and fence. */
        private final Map<String, String> decided = new HashMap<>();

        private final List<Late> late = new ArrayList<>();
        private Store store;
        private int starts;
        private int policy;
        private long refused;
        private int deletes;

        private record Late(TestNode node, Look look, int until) {}

        World(FreshDatabase database) {
            this.database = database;
            store = database.open();
            start(0);
            start(1);
        }

        /** Rules of every kind and windows of every kind; each has what the others have not. */
        static Policy policy(int which) {
            List<Rule> all = List.of(
                    new CpuRule("cpu", Level.CANCEL, 92, Window.DEFAULT),
                    new MemoryRule("memory", Level.CANCEL, 90, new CountWindow(4, 5)),
                    new GpuMemoryRule("gpu", Level.WARN, 30, new TimeWindow(Duration.ofMinutes(3))),
                    new StagnationRule("stalls", Level.CANCEL, Duration.ofMinutes(9), 0.5),
                    new StagnationRule("learns-steps", Level.CANCEL, Duration.ofMinutes(4), 0, false),
                    new DurationRule("long", Level.WARN, Duration.ofMinutes(80)),
                    new QueueRule("queue", Level.WARN, Duration.ofMinutes(6)),
                    new MetricLimitRule(
                            "loss", Level.CANCEL, "loss", Side.ABOVE, 2.2, new CusumWindow(0.7), Duration.ofMinutes(5)),
                    new MetricProgressRule(
                            "learns",
                            Level.WARN,
                            "loss",
                            Side.BELOW,
                            0.01,
                            Duration.ofMinutes(12),
                            Duration.ofMinutes(9)),
                    new MetricFiniteRule("finite", Level.WARN, "loss"));
            return switch (which) {
                case 0 -> new Policy(true, Policy.gapFor(TestNode.INTERVAL), all);
                case 1 -> new Policy(true, Duration.ofSeconds(50), all.subList(0, 7));
                default ->
                    new Policy(
                            true,
                            null,
                            List.of(
                                    new CpuRule("cpu", Level.CANCEL, 88.5, new CountWindow(2, 3)),
                                    all.get(1),
                                    new MemoryRule("memory-early", Level.WARN, 85, Window.EARLY, Duration.ofMinutes(5)),
                                    new MemoryRule(
                                            "memory-late", Level.CANCEL, 85, Window.LATE, Duration.ofMinutes(5))));
            };
        }

        private void start(int which) {
            // Of its own: schedules are made on several threads, which would change what the world draws.
            TestNode.Setup setup = TestNode.Setup.USUAL.random(new Random(starts)::nextDouble);
            nodes[which] = new TestNode(store, "node-" + starts++, setup, policy(policy), Duration.ofMillis(2), clock);
        }

        /** The looks under way on the node are lost; what it knows of jobs from before is gone. */
        private void restart(int which) {
            refused += nodes[which].watch.commits().refused();
            nodes[which].close();
            late.removeIf(look -> look.node() == nodes[which]);
            start(which);
        }

        long stale() {
            return refused
                    + nodes[0].watch.commits().refused()
                    + nodes[1].watch.commits().refused();
        }

        void step(int step) throws IOException {
            if (step % 12 == 0 && truth.size() < JOBS) {
                add(JOBS / 10 + 1);
            }
            if (step == STEPS * 4 / 5) {
                // None of these ends by itself before the two hours do.
                add(5);
            }
            if (step == STEPS / 3 || step == STEPS / 2) {
                policy++;
                restart(0);
                restart(1);
            }
            if (step == 100) {
                reopen();
            }
            if (random.nextInt(30) == 0) {
                restart(random.nextInt(2));
            }
            turn(nodes[step % 2], step);
            if (random.nextInt(4) == 0) {
                turn(nodes[1 - step % 2], step);
            }
            forgetSome();
            clock.advance(STEP.plusNanos(random.nextInt(2_000_000_000)).minusSeconds(1));
        }

        private void add(int count) {
            List<JobKey> jobs = IntStream.range(truth.size(), truth.size() + count)
                    .mapToObj(i -> job("job-" + i))
                    .toList();
            jobs.forEach(key -> truth.put(key.job(), new Truth(random.nextLong(), clock.instant())));
            nodes[0].watch.list().add(jobs, "test");
        }

        /** Takes a job off the list, or puts one on it anew. */
        private void forgetSome() {
            if (random.nextInt(10) == 0) {
                JobKey key = job("job-" + random.nextInt(truth.size()));
                if (!nodes[1].watch.list().remove(key, "test")) {
                    nodes[0].watch.list().add(List.of(key), "test");
                }
            }
        }

        private void reopen() {
            nodes[0].close();
            nodes[1].close();
            late.clear();
            store.close();
            store = database.open();
            start(0);
            start(1);
        }

        private void turn(TestNode node, int step) throws IOException {
            late.removeIf(each -> {
                if (each.until() > step) {
                    return false;
                }
                see(each.node(), each.look());
                return true;
            });
            for (Look look : node.claim()) {
                int dice = random.nextInt(60);
                if (dice == 0) {
                    // Longer than the lease: the other node may have looked meanwhile.
                    late.add(new Late(node, look, step + 1 + random.nextInt(6)));
                } else if (dice < 3) {
                    node.fail(look, TestNode.answered(503, Map.of()));
                } else if (dice == 3) {
                    node.failInvalid(look, new IOException("not JSON"), new byte[] {'{'});
                } else {
                    see(node, look);
                }
            }
            // What is late is not waited for.
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> node.watch.looks().count()
                            <= late.stream().filter(each -> each.node() == node).count());
        }

        private void see(TestNode node, Look look) {
            int before = node.deletes.size();
            Truth job = truth.get(look.key().job());
            JobStatus status = job.status(look.key().job(), clock.instant(), random);
            decided.put(
                    look.job().id() + " " + look.job().fence(),
                    text(node.watch.outcomes().judge(look, status, null)));
            node.see(look, status);
            if (node.deletes.size() > before) {
                deletes++;
                if (random.nextInt(3) > 0) {
                    job.cancelled = random.nextInt(2) == 0 ? clock.instant().plusSeconds(40) : job.cancelled;
                    node.cancelAccepted(look);
                } else {
                    node.cancelFailed(look, TestNode.answered(500, Map.of()));
                }
            }
        }

        private static String text(Decision decision) {
            if (decision instanceof Decision.Reversed) {
                return "reversedfalse";
            }
            if (decision.status().state().isTerminal()) {
                return "finishedfalse";
            }
            Verdict verdict = decision.verdict();
            if (verdict.breaches().isEmpty()) {
                return "runningfalse";
            }
            StringBuilder text = new StringBuilder("breached").append(verdict.saysCancel());
            verdict.breaches()
                    .forEach(breach ->
                            text.append(breach.rule()).append(breach.observed()).append(breach.since()));
            return text.toString();
        }

        @Override
        public void close() {
            nodes[0].close();
            nodes[1].close();
            store.close();
        }
    }

    /** What is true of a job at any time. */
    private static final class Truth {
        private static final double[] NOT_FINITE = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

        private final double cpu;
        private final double memory;
        private final Instant added;
        private final Instant starts;
        private final Instant ends;
        private final Instant stands;
        private final double lossFloor;
        private final TrainingState end;
        private final List<Metric> samples = new ArrayList<>();
        private Instant cancelled = Instant.MAX;

        Truth(long seed, Instant now) {
            Random random = new Random(seed);
            cpu = 70 + random.nextInt(24);
            memory = 60 + random.nextInt(28);
            added = now;
            starts = now.plusSeconds(random.nextInt(500));
            ends = starts.plusSeconds(1_500 + random.nextInt(9_000));
            stands = starts.plusSeconds(random.nextInt(20_000));
            lossFloor = random.nextDouble() * 2.4;
            end = random.nextBoolean() ? TrainingState.COMPLETED : TrainingState.FAILED;
        }

        JobStatus status(String id, Instant now, Random random) {
            boolean isCancelled = !now.isBefore(cancelled);
            TrainingState state = isCancelled
                    ? TrainingState.CANCELLED
                    : now.isBefore(starts) ? TrainingState.QUEUED : now.isBefore(ends) ? TrainingState.RUNNING : end;
            if (state == TrainingState.RUNNING && random.nextInt(150) == 0) {
                state = TrainingState.QUEUED;
            }
            double run = Duration.between(starts, now.isBefore(stands) ? now : stands)
                            .toNanos()
                    / 1e9;
            if (state == TrainingState.RUNNING && random.nextInt(3) > 0) {
                samples.add(new Metric(
                        now.minusMillis(random.nextInt(9_000)),
                        "loss",
                        random.nextInt(300) == 0
                                ? NOT_FINITE[random.nextInt(3)]
                                : lossFloor + 30 / (10 + run) + random.nextGaussian() / 9,
                        null));
            }
            if (samples.size() > 50) {
                samples.subList(0, samples.size() - 50).clear();
            }
            return new JobStatus(
                    id,
                    state,
                    random.nextInt(40) == 0 ? null : Math.min(100, Math.max(0, run / 90)),
                    List.copyOf(samples),
                    new ResourceUtilization(
                            random.nextInt(30) == 0 ? null : percent(cpu + 5 * random.nextGaussian()),
                            percent(memory + 4 * random.nextGaussian()),
                            random.nextBoolean() ? 20 + random.nextInt(16) * 0.9 : null),
                    state == TrainingState.QUEUED || random.nextInt(9) == 0 ? null : starts,
                    state.isTerminal() ? now : null,
                    0,
                    null,
                    random.nextInt(50) == 0);
        }

        private static double percent(double value) {
            return Math.min(100, Math.max(0, value));
        }
    }
}
