package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@OnBothEngines
class LeasesTest extends NodesUnderTest {

    @Test
    void aNewJobIsDueAtOnceAndARunningOneAfterTheInterval() {
        node.watch.list().add(List.of(JOB), "test");
        node.see(node.claimOne(), running(lookAt(JOB), 10));
        node.settle();
        assertThat(node.claim()).isEmpty();

        clock.advance(TestNode.INTERVAL.multipliedBy(9).dividedBy(10).minusMillis(1));
        assertThat(node.claim()).isEmpty();
        clock.advance(Duration.ofMillis(1).plus(TestNode.INTERVAL.dividedBy(10)));
        assertThat(node.claim()).hasSize(1);
    }

    @Test
    void itIsKnownHowLongNobodyAskedForDueJobs() {
        node.claim();
        clock.advance(Duration.ofSeconds(40));
        assertThat(node.watch.leases().sinceLastClaim()).isEqualTo(Duration.ofSeconds(40));
        node.watch.leases().drain();
        node.claim();
        assertThat(node.watch.leases().sinceLastClaim()).isZero();
    }

    @Test
    void theLongestDueComeFirst() {
        for (int i = 0; i < 20; i++) {
            node.watch.list().add(List.of(job("job-" + (i * 7) % 20)), "test");
            clock.advance(Duration.ofSeconds(1));
        }
        TestNode small = node("node-2", Setup.USUAL.workers(6));
        assertThat(ids(small.claim()))
                .containsExactlyElementsOf(IntStream.range(0, 6)
                        .mapToObj(i -> job("job-" + (i * 7) % 20).toString())
                        .toList());
    }

    @Test
    void noMoreAreClaimedThanThereAreFreeWorkers() {
        add(10);
        TestNode small = node("node-2", Setup.USUAL.workers(4));
        List<Look> looks = small.claim();
        assertThat(looks).hasSize(4);
        assertThat(small.claim()).isEmpty();
        assertThat(small.watch.looks().count()).isEqualTo(4);

        looks.forEach(look -> small.see(look, ended(look, TrainingState.COMPLETED)));
        // Four ended since, so as many are foreseen to end before the next call, twice over.
        assertThat(small.claim()).hasSize(6);
    }

    @Test
    void aServiceThatCannotKeepUpClaimsNoMoreThanWithinASecondIsFinished() {
        add(60);
        TestNode slow = node("node-2", Setup.USUAL.workers(4));
        List<Look> first = slow.claim();
        first.forEach(look -> slow.see(look, ended(look, TrainingState.COMPLETED)));
        List<Look> second = slow.claim();
        assertThat(second).hasSize(12);
        second.forEach(look -> slow.see(look, ended(look, TrainingState.COMPLETED)));
        // Twelve ended, but in six seconds: two in one of them.
        clock.advance(Duration.ofSeconds(6));
        assertThat(slow.claim()).hasSize(8);
    }

    @Test
    void aJobUnderWayIsNobodyElses() {
        add(3);
        assertThat(node.claim()).hasSize(3);
        assertThat(node("node-2", Setup.USUAL).claim()).isEmpty();
    }

    @Test
    void nodesThatClaimAtTheSameTimeNeverShareAJob() throws Exception {
        int jobs = 120;
        int nodes = 4;
        int threadsPerNode = 2;
        add(jobs);
        Map<String, AtomicInteger> claims = new ConcurrentHashMap<>();
        CyclicBarrier start = new CyclicBarrier(nodes * threadsPerNode);
        ExecutorService threads = Executors.newFixedThreadPool(nodes * threadsPerNode);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < nodes; n++) {
                TestNode one = node("node-of-many-" + n, Setup.USUAL.workers(7));
                for (int t = 0; t < threadsPerNode; t++) {
                    running.add(threads.submit(() -> {
                        start.await();
                        while (claims.size() < jobs) {
                            for (Look look : one.claim()) {
                                claims.computeIfAbsent(look.job().id(), id -> new AtomicInteger())
                                        .incrementAndGet();
                                one.see(look, ended(look, TrainingState.COMPLETED));
                            }
                        }
                        return null;
                    }));
                }
            }
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(claims)
                .hasSize(jobs)
                .allSatisfy((id, count) -> assertThat(count).as(id).hasValue(1));
        assertThat(node.watch.list().figures().counts().completed()).isEqualTo(jobs);
    }

    @Test
    void aLeaseThatExpiredIsClaimedUnderAGreaterFence() {
        add(1);
        Look first = node.claimOne();
        TestNode other = node("node-2", Setup.USUAL);

        clock.advance(TestNode.LEASE.minusMillis(1));
        assertThat(other.claim()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        Look second = other.claimOne();
        assertThat(second.job().fence()).isGreaterThan(first.job().fence());
    }

    @Test
    void whatAnOwnerThatWasThoughtDeadFoundIsRefusedAndCounted() {
        add(1);
        Look stale = node.claimOne();
        clock.advance(TestNode.LEASE);
        TestNode other = node("node-2", Setup.USUAL);
        Look fresh = other.claimOne();

        node.see(stale, ended(stale, TrainingState.FAILED));

        assertThat(node.watch.commits().refused()).isEqualTo(1);
        assertThat(node.watch.looks().count()).isZero();
        assertThat(node.events(job("job-0"))).isEmpty();
        assertThat(node.told(job("job-0"))).containsExactly("MONITOR_START");
        assertThat(node.job(job("job-0")).phase()).isEqualTo(Phase.WATCHING);

        other.see(fresh, ended(fresh, TrainingState.COMPLETED));
        assertThat(other.job(job("job-0")).state()).isEqualTo(TrainingState.COMPLETED);
        assertThat(other.watch.commits().refused()).isZero();
    }

    @Test
    void everyKindOfResultIsRefusedFromAStaleOwner() {
        add(5);
        List<Look> stale = node.claim();
        clock.advance(TestNode.LEASE);
        TestNode other = node("node-2", Setup.USUAL);
        other.claim().forEach(look -> other.see(look, running(look, 50)));
        other.settle();
        List<WatchedJob> before = node.watch.list().find(ids(stale));
        long rows = node.journal.size();

        node.see(stale.get(0), running(stale.get(0), 40));
        node.see(stale.get(1), TestNode.breaching(stale.get(1), 40));
        node.fail(stale.get(2), TestNode.answered(404, Map.of()));
        node.see(stale.get(3), TestNode.queued(stale.get(3)));
        node.cancelAccepted(stale.get(4));
        node.settle();

        assertThat(node.watch.commits().refused()).isEqualTo(5);
        assertThat(node.watch.list().find(ids(stale)))
                .usingRecursiveComparison()
                .isEqualTo(before);
        assertThat(node.journal.size()).isEqualTo(rows);
        assertThat(node.deletes).as("a stale owner sends no DELETE").isEmpty();
    }

    @Test
    void aStaleResultLeavesTheOthersOfItsGroup() {
        add(3);
        List<Look> looks = node.claim();
        clock.advance(TestNode.LEASE);
        TestNode other = node("node-2", Setup.USUAL.workers(1));
        Look taken = other.claimOne();

        looks.forEach(look -> node.see(look, running(look, 40)));
        node.settle();

        assertThat(node.watch.commits().refused()).isEqualTo(1);
        assertThat(node.watch.list().find(ids(looks)))
                .allSatisfy(job -> assertThat(job.state())
                        .isEqualTo(job.id().equals(taken.job().id()) ? null : TrainingState.RUNNING));
    }

    @Test
    void anOwnerThatExtendsItsLeaseKeepsIt() {
        add(1);
        Look look = node.claimOne();
        TestNode other = node("node-2", Setup.USUAL);
        for (int i = 0; i < 10; i++) {
            clock.advance(TestNode.LEASE.dividedBy(3));
            node.watch.looks().extendLeases();
            assertThat(other.claim()).isEmpty();
        }
        node.see(look, ended(look, TrainingState.COMPLETED));
        assertThat(node.watch.commits().refused()).isZero();
    }

    @Test
    void aLeaseThatPassedOnIsNotExtended() {
        add(1);
        Look stale = node.claimOne();
        clock.advance(TestNode.LEASE);
        TestNode other = node("node-2", Setup.USUAL);
        other.claimOne();
        clock.advance(TestNode.LEASE.minusMillis(1));
        node.watch.looks().extendLeases();
        clock.advance(Duration.ofMillis(1));
        assertThat(node("node-3", Setup.USUAL).claim())
                .as("the lease of node-2 has run out, whatever node-1 did")
                .hasSize(1);
        assertThat(stale.job().fence()).isEqualTo(1);
    }

    @Test
    void aNodeThatComesBackAfterItsOwnLeaseExpiredStartsAnew() {
        add(1);
        Look first = node.claimOne();
        clock.advance(TestNode.LEASE);
        Look again = node.claimOne();
        node.see(first, running(first, 10));
        node.see(again, ended(again, TrainingState.COMPLETED));
        await().untilAsserted(() -> assertThat(node.watch.commits().refused()).isEqualTo(1));
        assertThat(node.job(job("job-0")).phase()).isEqualTo(Phase.ENDED);
    }

    @Test
    void jobsOfAPausedTenantWaitAndThoseOfOthersDoNot() {
        JobKey paused = new JobKey("busy", "bots", "job-1");
        node.addDueNow(List.of(paused, JOB));
        List<Look> looks = node.claim();
        looks.stream()
                .filter(look -> look.key().equals(paused))
                .forEach(look -> node.fail(look, TestNode.answered(429, Map.of("Retry-After", "120"))));
        looks.stream().filter(look -> look.key().equals(JOB)).forEach(look -> node.see(look, running(look, 5)));
        node.settle();

        clock.advance(Duration.ofSeconds(119));
        assertThat(ids(node("node-2", Setup.USUAL).claim())).containsExactly(JOB.toString());
        clock.advance(Duration.ofSeconds(1));
        assertThat(ids(node.claim())).contains(paused.toString());
    }

    @Test
    void aNodeThatWatchesSomeJobsLeavesTheOthers() {
        add(10);
        node.watch
                .leases()
                .selection()
                .restrictTo(Set.of(job("job-3").toString(), job("job-7").toString(), "not:on/the-list"));
        assertThat(ids(node.claim()))
                .containsExactlyInAnyOrder(job("job-3").toString(), job("job-7").toString());
        assertThat(node("node-2", Setup.USUAL).claim()).hasSize(8);
    }

    @Test
    void aNodeThatDrainsClaimsNothingMore() {
        add(2);
        node.watch.leases().drain();
        assertThat(node.claim()).isEmpty();
    }

    @Test
    void aJobThatEndedIsDueOnceMoreAndNeverAgain() {
        add(1);
        Look look = node.claimOne();
        node.see(look, ended(look, TrainingState.CANCELLED));
        clock.advance(TestNode.CONFIRM_AFTER.multipliedBy(2));
        Look confirming = node.claimOne();
        node.see(confirming, ended(confirming, TrainingState.CANCELLED));
        clock.advance(Duration.ofDays(36_500));
        assertThat(node.claim()).isEmpty();
    }

    @Test
    void addingAJobAgainChangesNothing() {
        assertThat(node.watch.list().add(List.of(JOB, JOB), "properties")).isEqualTo(1);
        Look look = node.claimOne();
        node.see(look, ended(look, TrainingState.COMPLETED));
        WatchedJob before = node.job(JOB);

        assertThat(node.watch.list().add(List.of(JOB), "command")).isZero();

        assertThat(node.job(JOB)).usingRecursiveComparison().isEqualTo(before);
        assertThat(node.told(JOB)).containsOnlyOnce("MONITOR_START");
    }

    @Test
    void ofManyJobsThoseThatAreNewOrWereTakenOffTheListBegin() {
        List<JobKey> jobs =
                IntStream.range(0, 120).mapToObj(i -> job("job-" + i)).toList();
        JobKey watched = jobs.get(7);
        JobKey takenOff = jobs.get(70);
        node.watch.list().add(List.of(watched, takenOff), "command");
        node.watch.list().remove(takenOff, "command");
        WatchedJob before = node.job(watched);

        assertThat(node.watch.list().add(jobs, "properties")).isEqualTo(119);

        assertThat(node.job(watched)).usingRecursiveComparison().isEqualTo(before);
        assertThat(node.details(jobs.get(119), "MONITOR_START"))
                .singleElement()
                .asString()
                .contains("\"source\":\"properties\",\"epoch\":1");
        assertThat(node.details(takenOff, "MONITOR_START"))
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"source\":\"command\",\"epoch\":1"),
                        again -> assertThat(again).contains("\"source\":\"properties\",\"epoch\":2"));
        assertThat(node.job(jobs.get(119)).nextPollAt())
                .as("10 ms apart, however many are added in one transaction")
                .isEqualTo(node.job(jobs.get(0)).nextPollAt().plusMillis(1_190));
    }

    private void add(int count) {
        node.addDueNow(IntStream.range(0, count).mapToObj(i -> job("job-" + i)).toList());
    }

    /** Only for its key. */
    private Look lookAt(JobKey key) {
        return new Look(node.job(key), clock.instant());
    }

    private static List<String> ids(List<Look> looks) {
        return looks.stream().map(look -> look.job().id()).toList();
    }
}
