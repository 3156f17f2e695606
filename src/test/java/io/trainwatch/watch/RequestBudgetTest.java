package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@OnBothEngines
class RequestBudgetTest {

    /** What may be sent at once, as the time in which the rate allows it. */
    private static final Duration BURST = Duration.ofMillis(500);

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private Store store;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void noWindowHoldsMoreThanItsRateAndOneBurstWhateverTheNodesAskFor() {
        for (int seed = 1; seed <= 12; seed++) {
            Random random = new Random(seed);
            double rate = List.of(0.5, 1.0, 3.0, 7.5, 40.0, 900.0).get(seed % 6);
            String tenant = "tenant-" + seed;
            List<RequestBudget> nodes = List.of(
                    new RequestBudget(Map.of(tenant, rate), TestNode.INTERVAL),
                    new RequestBudget(Map.of(tenant, rate), TestNode.INTERVAL));
            List<Instant> sent = new ArrayList<>();
            for (int step = 0; step < 40; step++) {
                clock.advance(Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(2_000) : random.nextInt(60)));
                RequestBudget node = nodes.get(random.nextInt(2));
                int wanted = 1 + random.nextInt(50);
                Instant now = clock.instant();
                int granted = store.transaction(handle -> {
                    int affordable = node.affordable(handle, tenant, wanted, now);
                    int used = affordable == 0 ? 0 : 1 + random.nextInt(affordable);
                    node.spendLooks(handle, tenant, used, now);
                    return used;
                });
                assertThat(granted).isBetween(0, wanted);
                for (int i = 0; i < granted; i++) {
                    sent.add(now);
                }
            }
            assertThat(mostAboveRate(sent, rate))
                    .as("seed %s, %s a second: requests above the rate in the worst window", seed, rate)
                    .isLessThanOrEqualTo(Math.max(rate * BURST.toMillis() / 1000, 1) + 1e-6);
        }
    }

    /** Over all windows: the requests in it, less those that the rate allows in its length. */
    private static double mostAboveRate(List<Instant> sent, double rate) {
        double most = 0;
        for (int from = 0; from < sent.size(); from++) {
            for (int to = from; to < sent.size(); to++) {
                double seconds = Duration.between(sent.get(from), sent.get(to)).toMillis() / 1000.0;
                most = Math.max(most, to - from + 1 - rate * seconds);
            }
        }
        return most;
    }

    @Test
    void aPatientNodeGetsTheWholeRate() {
        RequestBudget budget = new RequestBudget(Map.of("acme", 8.0), TestNode.INTERVAL);
        int sent = 0;
        for (int tick = 0; tick < 80; tick++) {
            Instant now = clock.instant();
            sent += store.transaction(handle -> {
                int affordable = budget.affordable(handle, "acme", 100, now);
                budget.spendLooks(handle, "acme", affordable, now);
                return affordable;
            });
            clock.advance(Duration.ofMillis(250));
        }
        assertThat(sent).as("in 20 s").isBetween(156, 164);
    }

    @Test
    void nodesThatClaimAtTheSameMomentShareOneBurst() throws Exception {
        int nodes = 4;
        Setup limited = Setup.USUAL.requestsPerSecond(Map.of("acme", 20.0));
        List<TestNode> all = IntStream.range(0, nodes)
                .mapToObj(i -> new TestNode(store, "node-" + i, limited, clock))
                .toList();
        List<JobKey> jobs =
                IntStream.range(0, 200).mapToObj(i -> job("job-" + i)).toList();
        all.get(0).addDueNow(jobs);
        CyclicBarrier start = new CyclicBarrier(nodes);
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            for (int round = 0; round < 8; round++) {
                List<Callable<Integer>> claims = new ArrayList<>();
                for (TestNode node : all) {
                    claims.add(() -> {
                        start.await();
                        return node.claim().size();
                    });
                }
                int claimed = 0;
                for (Future<Integer> claim : threads.invokeAll(claims)) {
                    claimed += claim.get();
                }
                assertThat(claimed)
                        .as("looks claimed together in round %s", round)
                        .isEqualTo(10);
                clock.advance(BURST);
            }
        } finally {
            threads.shutdownNow();
            all.forEach(TestNode::close);
        }
    }

    @Test
    void aListWaitsForNoLooksAndBothStayWithinTheLimitThatCognigyPublishes() {
        double rate = 2.5;
        RequestBudget budget = new RequestBudget(Map.of("acme", rate), TestNode.INTERVAL);
        List<Instant> sent = new ArrayList<>();
        for (int tick = 0; tick < 4 * 400; tick++) {
            Instant now = clock.instant();
            boolean listIsDue = tick % 2 == 0;
            int granted = store.transaction(handle -> {
                int looks = budget.affordable(handle, "acme", 100, now);
                budget.spendLooks(handle, "acme", looks, now);
                int lists = listIsDue ? budget.affordableLists(handle, "acme", 1, now) : 0;
                budget.spend(handle, "acme", lists, now);
                assertThat(lists).as("lists at %s", now).isEqualTo(listIsDue ? 1 : 0);
                return looks + lists;
            });
            for (int i = 0; i < granted; i++) {
                sent.add(now);
            }
            clock.advance(Duration.ofMillis(250));
        }
        assertThat(mostWithin(sent, Duration.ofMinutes(5))).isLessThanOrEqualTo(1_000);
        assertThat(sent).as("the rate is used").hasSizeGreaterThan((int) (0.98 * rate * 400));
    }

    @Test
    void whereListsAskForMoreThanThereIsATenthIsLeftForLooks() {
        double rate = 2.5;
        RequestBudget budget = new RequestBudget(Map.of("acme", rate), TestNode.INTERVAL);
        List<Instant> sent = new ArrayList<>();
        int looked = 0;
        for (int tick = 0; tick < 4 * 400; tick++) {
            Instant now = clock.instant();
            int looks = store.transaction(handle -> {
                int affordable = budget.affordable(handle, "acme", 100, now);
                budget.spendLooks(handle, "acme", affordable, now);
                return affordable;
            });
            int lists = store.transaction(handle -> {
                int affordable = budget.affordableLists(handle, "acme", 16, now);
                budget.spend(handle, "acme", affordable, now);
                return affordable;
            });
            looked += looks;
            for (int i = 0; i < looks + lists; i++) {
                sent.add(now);
            }
            clock.advance(Duration.ofMillis(250));
        }
        assertThat(looked).isBetween((int) (0.09 * rate * 400), (int) (0.12 * rate * 400));
        assertThat(mostWithin(sent, Duration.ofMinutes(5))).isLessThanOrEqualTo(1_000);
    }

    private static int mostWithin(List<Instant> sent, Duration window) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < sent.size(); to++) {
            while (!sent.get(from).plus(window).isAfter(sent.get(to))) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    @Test
    void aTenantWithoutALimitHasNone() {
        RequestBudget budget = new RequestBudget(Map.of("other", 1.0), TestNode.INTERVAL);
        assertThat(store.<Integer>read(handle -> budget.affordable(handle, "acme", 500, clock.instant())))
                .isEqualTo(500);
    }

    @Test
    void aCancelWaitsForNoBudgetAndIsTakenFromIt() {
        TestNode node = new TestNode(store, "node-1", Setup.USUAL.requestsPerSecond(Map.of("acme", 1.0)), clock);
        try {
            node.addDueNow(List.of(job("job-1"), job("job-2")));
            Look look = node.claimOne();
            node.see(look, TestNode.breaching(look, 10));
            assertThat(node.deletes).as("sent by the look itself").hasSize(1);
            node.cancelAccepted(look);
            clock.advance(Duration.ofMillis(1_100));
            assertThat(node.claim()).as("a look and a cancel were two requests").isEmpty();
            clock.advance(Duration.ofMillis(1_000));
            assertThat(node.claim()).isNotEmpty();
        } finally {
            node.close();
        }
    }

    @Test
    void aRequestThatWasNotPaidForInAdvanceIsTakenFromThoseToCome() {
        RequestBudget budget = new RequestBudget(Map.of("acme", 2.0), TestNode.INTERVAL);
        int atOnce = store.transaction(handle -> {
            budget.spendLooks(handle, "acme", 1, clock.instant());
            budget.spend(handle, "acme", 4, clock.instant());
            return budget.affordable(handle, "acme", 1, clock.instant());
        });
        assertThat(atOnce).isZero();
        clock.advance(Duration.ofMillis(2_499));
        assertThat(affordable(budget)).as("2.5 s are spent").isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(affordable(budget)).isEqualTo(1);
    }

    private int affordable(RequestBudget budget) {
        return store.transaction(handle -> budget.affordable(handle, "acme", 10, clock.instant()));
    }
}
