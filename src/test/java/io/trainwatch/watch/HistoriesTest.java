package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.breaching;
import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.queued;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.AuditVerification;
import io.trainwatch.audit.ExportForTests;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import io.trainwatch.webhook.Delivery;
import io.trainwatch.webhook.DeliveryResult;
import io.trainwatch.webhook.Undelivered;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 2,000 jobs, each with a random history: two nodes look at them, meet failures of every kind, deliver, export, and die
 * anywhere in between. Afterwards what is promised must hold for every one of them.
 */
class HistoriesTest {

    private static final int JOBS = 250;
    private static final int ROUNDS = 9;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensNothingIsLostDoubledOrUnexplained(int seed) throws Exception {
        try (World world = new World(seed)) {
            for (int round = 0; round < ROUNDS; round++) {
                world.round();
            }
            world.letItEnd();
            world.check();
        }
    }

    /** What is true of the jobs, and what two nodes make of it. */
    private final class World implements AutoCloseable {

        private final Random random;
        private final SettableClock clock = new SettableClock();
        private final FreshDatabase database = FreshDatabase.on(Engine.SQLITE, folder);
        private final Path audit = folder.resolve("audit");
        private final Map<String, TrainingState> truth = new HashMap<>();
        private final Map<String, Set<String>> received = new HashMap<>();
        private final Set<String> deletes = new HashSet<>();
        private final List<JobKey> jobs =
                IntStream.range(0, JOBS).mapToObj(i -> job("job-" + i)).toList();
        private final TestNode[] nodes = new TestNode[2];
        private final ExportForTests[] exports = new ExportForTests[2];
        private Store store = database.open();
        private int starts;

        World(int seed) {
            random = new Random(seed);
            start(0);
            start(1);
            jobs.forEach(key -> truth.put(key.toString(), TrainingState.QUEUED));
        }

        private void start(int which) {
            String name = "node-" + starts++;
            nodes[which] = new TestNode(
                    store, name, Setup.USUAL.workers(40 + random.nextInt(60)).random(random::nextDouble), clock);
            exports[which] = new ExportForTests(store, name, audit, clock);
        }

        /** A kill: what the node has under way is lost, but for what it has handed over to be committed. */
        private void crash(int which) {
            nodes[which].close();
            start(which);
        }

        void round() throws IOException {
            nodes[random.nextInt(2)].watch.list().add(some(jobs, 60), "test");
            clock.advance(Duration.ofMillis(500 + random.nextInt(25_000)));
            if (random.nextInt(2) == 0) {
                enableTarget();
            }
            turn(0);
            turn(1);
            if (random.nextInt(6) == 0) {
                reopen();
            }
        }

        private void turn(int which) throws IOException {
            TestNode node = nodes[which];
            List<Look> late = new ArrayList<>();
            for (Look look : node.claim()) {
                if (random.nextInt(25) == 0) {
                    late.add(look);
                } else {
                    look(node, look);
                }
            }
            deliver(node);
            if (random.nextInt(3) > 0) {
                exports[which].turn(random.nextInt(4) == 0 ? random : null);
            }
            if (random.nextInt(4) == 0) {
                crash(which);
                return;
            }
            // Longer than the lease: what the late looks find is refused where the other node looked meanwhile.
            clock.advance(TestNode.LEASE);
            TestNode other = nodes[1 - which];
            other.claim().forEach(look -> look(other, look));
            late.forEach(look -> look(node, look));
        }

        /** Both nodes stop, and the file is opened anew. */
        private void reopen() {
            nodes[0].close();
            nodes[1].close();
            store.close();
            store = database.open();
            start(0);
            start(1);
        }

        private void look(TestNode node, Look look) {
            String id = look.job().id();
            switch (random.nextInt(14)) {
                case 0 -> node.fail(look, TestNode.answered(503, Map.of()));
                case 1 -> node.fail(look, TestNode.answered(404, Map.of()));
                case 2 -> node.failInvalid(look, new IOException("not JSON"), new byte[] {'{'});
                case 3 -> {
                    if (random.nextInt(40) == 0) {
                        node.fail(look, TestNode.answered(401, Map.of()));
                    }
                }
                default -> answer(node, look, moveOn(id));
            }
        }

        private TrainingState moveOn(String id) {
            return truth.compute(id, (key, state) -> switch (state) {
                case QUEUED ->
                    random.nextInt(3) == 0
                            ? TrainingState.QUEUED
                            : random.nextInt(8) == 0 ? end() : TrainingState.RUNNING;
                case RUNNING -> random.nextInt(4) == 0 ? end() : TrainingState.RUNNING;
                default -> state;
            });
        }

        private TrainingState end() {
            return List.of(TrainingState.COMPLETED, TrainingState.FAILED, TrainingState.CANCELLED)
                    .get(random.nextInt(3));
        }

        private void answer(TestNode node, Look look, TrainingState state) {
            if (state == TrainingState.QUEUED) {
                node.see(look, queued(look));
            } else if (state.isTerminal()) {
                node.see(look, ended(look, state));
            } else if (random.nextInt(20) == 0 && look.job().state() == TrainingState.RUNNING) {
                node.see(look, queued(look));
            } else {
                see(node, look, random.nextInt(8) == 0);
            }
        }

        /** N6 is checked where it counts: before each DELETE. */
        private void see(TestNode node, Look look, boolean breaks) {
            int before = node.deletes.size();
            double progress = random.nextInt(100);
            node.see(look, breaks ? breaching(look, progress) : running(look, progress));
            if (node.deletes.size() > before) {
                deletes.add(look.job().id());
                assertThat(node.job(look.key()).phase())
                        .as("intent of %s", look.key())
                        .isEqualTo(Phase.STOPPING);
                switch (random.nextInt(3)) {
                    case 0 -> node.cancelFailed(look, TestNode.answered(500, Map.of()));
                    case 1 -> node.cancelAccepted(look);
                    default -> {
                        // It dies before the answer comes.
                    }
                }
            }
        }

        private void deliver(TestNode node) {
            for (Delivery delivery : node.outbox.claimDue()) {
                if (random.nextInt(10) == 0) {
                    continue;
                }
                received.computeIfAbsent(delivery.eventId(), id -> new HashSet<>())
                        .add(delivery.body());
                if (random.nextInt(12) > 0) {
                    node.outbox.settle(
                            delivery,
                            DeliveryResult.ofStatus(
                                    random.nextInt(6) == 0 ? 503 : random.nextInt(50) == 0 ? 410 : 200,
                                    Optional.empty()));
                }
            }
        }

        /** As an operator does after a receiver answered 410, which disables it. */
        private void enableTarget() {
            new Undelivered(store, nodes[0].journal, clock).enable("ci", Undelivered.Wish.OF_COMMAND);
        }

        private <T> List<T> some(List<T> all, int most) {
            int from = random.nextInt(all.size());
            return all.subList(from, Math.min(from + 1 + random.nextInt(most), all.size()));
        }

        /** From here on the tenant and the receiver answer, and one node is enough. */
        void letItEnd() throws IOException {
            crash(0);
            crash(1);
            TestNode node = nodes[0];
            node.watch.list().add(jobs, "test");
            truth.replaceAll((id, state) -> state.isTerminal() ? state : end());
            clock.advance(Duration.ofHours(2));
            while (node.watch.list().figures().counts().total() > jobsThatEnded()) {
                for (Look look : node.claim()) {
                    node.see(look, ended(look, truth.get(look.job().id())));
                }
                clock.advance(Duration.ofMinutes(1));
            }
            enableTarget();
            for (int i = 0; i < 40; i++) {
                clock.advance(Duration.ofHours(11));
                node.outbox.claimDue().forEach(delivery -> {
                    received.computeIfAbsent(delivery.eventId(), id -> new HashSet<>())
                            .add(delivery.body());
                    node.outbox.settle(delivery, new DeliveryResult.Delivered(200));
                });
            }
            while (exports[0].turn(null) > 0) {
                clock.advance(Duration.ofSeconds(1));
            }
        }

        private long jobsThatEnded() {
            return count("select count(*) from job where phase = 'ENDED'");
        }

        void check() throws IOException {
            // N1: each end has one event, of the state that the tenant told.
            assertThat(count("select count(*) from event where type in"
                            + " ('job.completed', 'job.failed', 'job.cancelled')"))
                    .isEqualTo(JOBS);
            assertThat(count("select count(*) from job where not exists (select 1 from event"
                            + " where event.job = job.id and event.type = 'job.' || lower(job.state))"))
                    .isZero();
            jobs.forEach(key ->
                    assertThat(nodes[0].job(key).state()).as(key.toString()).isEqualTo(truth.get(key.toString())));

            // N2: delivered, or visibly not. N3: the same bytes each time.
            assertThat(count("select count(*) from delivery")).isEqualTo(count("select count(*) from event"));
            assertThat(count("select count(*) from delivery where status = 'pending'"))
                    .isZero();
            List<String> delivered = store.read(handle -> handle.createQuery(
                            "select id from event join delivery on event_seq = seq where status = 'delivered'")
                    .mapTo(String.class)
                    .list());
            assertThat(received.keySet()).containsAll(delivered);
            assertThat(received.values())
                    .allSatisfy(bodies -> assertThat(bodies).hasSize(1));

            // N4: one line a transition, none missing and none altered.
            AuditVerification.Result result = AuditVerification.verify(List.of(audit));
            assertThat(result.isWhole()).as(result.describe()).isTrue();
            assertThat(result.lines()).isEqualTo(nodes[0].journal.size());
            assertThat(nodes[0].journal.unexported()).isZero();
            Map<String, Map<String, Integer>> told = ExportForTests.linesByJob(audit);
            for (JobKey key : jobs) {
                Map<String, Integer> lines = told.get(key.job());
                boolean stopped = nodes[0].job(key).cancelRequestedAt() != null;
                assertThat(lines)
                        .as(key.toString())
                        .containsEntry("MONITOR_START", 1)
                        .containsEntry("MONITOR_COMPLETE", 1);
                assertThat(lines.getOrDefault("AUTO_CANCEL_TRIGGERED", 0))
                        .as(key.toString())
                        .isEqualTo(stopped ? 1 : 0);
                // N6: a DELETE has its intent in the audit.
                if (deletes.contains(key.toString())) {
                    assertThat(lines).as(key.toString()).containsKey("AUTO_CANCEL_TRIGGERED");
                }
            }
        }

        private long count(String query) {
            return store.read(
                    handle -> handle.createQuery(query).mapTo(Long.class).one());
        }

        @Override
        public void close() {
            nodes[0].close();
            nodes[1].close();
            store.close();
        }
    }
}
