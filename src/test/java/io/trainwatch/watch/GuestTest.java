package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trainwatch.errors.TenantPaused;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests meet a tenant: spread, paused as a whole, and no more than it takes. */
@OnBothEngines
class GuestTest extends NodesUnderTest {

    private static final Duration TICK = Duration.ofMillis(250);

    @Test
    void firstLooksAtManyJobsAreSpreadEvenlyOverTheInterval() {
        node.watch.list().add(jobs(1_500), "test");
        assertEvenlySpread(dueTimes(), 1_500);
    }

    @Test
    void afterARestartOverdueLooksAreSpreadEvenlyOverTheInterval() {
        node.watch.list().add(jobs(3_000), "test");
        clock.advance(Duration.ofHours(1));
        TestNode restarted = node("node-2", Setup.USUAL.workers(32));
        List<Look> first = restarted.claim();
        assertThat(first.size()).isBetween(1, 60);
        assertEvenlySpread(dueTimes(), 3_000);
    }

    @Test
    void aFewOverdueLooksAreTakenAtOnce() {
        node.addDueNow(jobs(60));
        clock.advance(Duration.ofHours(1));
        assertThat(node("node-2", Setup.USUAL).claim()).hasSize(60);
    }

    @Test
    void looksThatWereClaimedTogetherFollowOneAnotherUntilTheNextAreClaimed() {
        Leases leases = node.watch.leases();
        node.claim();
        clock.advance(TICK);
        node.claim();
        List<Long> waits = IntStream.range(0, 100)
                .mapToObj(i -> leases.untilHandedOn(i, 100))
                .toList();
        assertThat(waits.get(99) - waits.get(0)).isBetween(TICK.toMillis() / 2, TICK.toMillis());
        assertThat(waits).allMatch(wait -> wait < TICK.toMillis());
        assertThat(leases.untilHandedOn(2, 3)).as("a few").isLessThanOrEqualTo(20);
        await("what has passed counts").until(() -> leases.untilHandedOn(50, 100) < waits.get(50) - 10);
    }

    @Test
    void aShortRetryAfterHoldsBackWhatIsClaimedAlreadyOnAllNodes() {
        node.addDueNow(jobs(20));
        TestNode other = node("node-2", Setup.USUAL);
        List<Look> looks = node.claim();
        node.fail(looks.get(0), TestNode.answered(429, Map.of("Retry-After", "5")));

        assertThatThrownBy(() -> pass(node)).isInstanceOf(TenantPaused.class);
        assertThatThrownBy(() -> pass(other)).isInstanceOf(TenantPaused.class);
        for (Look look : looks.subList(1, 20)) {
            node.fail(look, new TenantPaused("acme", clock.instant(), Duration.ofSeconds(5)));
        }
        clock.advance(Duration.ofMillis(4_900));
        assertThat(node.claim()).isEmpty();
        assertThat(other.claim()).isEmpty();
        assertThatThrownBy(() -> pass(other)).isInstanceOf(TenantPaused.class);

        clock.advance(Duration.ofMillis(1_100));
        pass(node);
        pass(other);
        List<Look> again = new ArrayList<>(other.claim());
        again.addAll(node.claim());
        assertThat(again).hasSize(20);
        assertThat(again.stream().filter(look -> look.job().failures() > 0))
                .as("a look that was held back is no failure")
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", ""})
    void aJobThatIsRefusedAloneHoldsBackTheOthersOnce(String retryAfter) {
        node.addDueNow(jobs(2));
        refuseFirst(node.claim(), retryAfter);
        assertThat(pauses()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(20));
        refuseFirst(node.claim(), retryAfter);
        clock.advance(Duration.ofMinutes(20));
        refuseFirst(node.claim(), retryAfter);
        pass(node);
        assertThat(pauses()).isZero();
    }

    /** The other job is answered before. */
    private void refuseFirst(List<Look> looks, String retryAfter) {
        assertThat(looks).hasSize(2);
        for (Look look : looks) {
            if (!look.key().job().equals("job-0")) {
                node.see(look, running(look, 10));
            }
        }
        await().until(() -> node.watch.looks().count() == 1);
        Map<String, String> headers = retryAfter.isEmpty() ? Map.of() : Map.of("Retry-After", retryAfter);
        looks.stream()
                .filter(look -> look.key().job().equals("job-0"))
                .forEach(look -> node.fail(look, TestNode.answered(429, headers)));
    }

    private int pauses() {
        return store.read(handle -> handle.createQuery("select coalesce(max(pauses), 0) from tenant")
                .mapTo(Integer.class)
                .one());
    }

    @Test
    void afterAPauseOverdueLooksAreSpread() {
        node.watch.list().add(jobs(1_000), "test");
        clock.advance(TestNode.INTERVAL);
        TestNode small = node("node-2", Setup.USUAL.workers(4));
        small.fail(small.claim().get(0), TestNode.answered(429, Map.of("Retry-After", "60")));
        clock.advance(Duration.ofSeconds(70));
        small.claim();
        assertEvenlySpread(dueTimes().stream().filter(at -> at > 0).toList(), 990);
    }

    @Test
    void aQuotaThatIsUsedUpPausesTheTenantUntilItsReset() {
        heed(Map.of("RateLimit", "\"default\";r=0;t=30"));
        node.addDueNow(jobs(2));
        assertThat(node.claim()).isEmpty();
        assertThatThrownBy(() -> pass(node)).isInstanceOf(TenantPaused.class);
        clock.advance(Duration.ofSeconds(31));
        assertThat(node.claim()).hasSize(2);
    }

    @Test
    void whatRemainsOfAQuotaLastsUntilItsReset() {
        node.addDueNow(jobs(100));
        heed(Map.of("X-RateLimit-Remaining", "40", "X-RateLimit-Reset", "20"));
        assertThat(claimedWithin(Duration.ofSeconds(19))).isBetween(35, 42);
    }

    @Test
    void refusalsWithoutHintsHalveTheRateWhichRecoversSlowly() {
        node.watch.list().add(jobs(150), "test"); // 10 a second
        clock.advance(Duration.ofMinutes(1));
        List<Look> looks = node.claim();
        node.fail(looks.get(0), TestNode.answered(429, Map.of()));
        clock.advance(Duration.ofSeconds(2));
        node.fail(looks.get(1), TestNode.answered(429, Map.of()));
        clock.advance(Duration.ofMinutes(2));
        node.watch
                .list()
                .add(IntStream.range(0, 600).mapToObj(i -> job("more-" + i)).toList(), "test");
        clock.advance(Duration.ofSeconds(20));
        int soon = claimedWithin(Duration.ofSeconds(10));
        assertThat(soon).as("5 a second, grown for two minutes").isBetween(120, 200);
        clock.advance(Duration.ofMinutes(20));
        assertThat(claimedWithin(Duration.ofSeconds(1))).as("forgotten").isGreaterThan(200);
    }

    @Test
    void whereTheBudgetIsShortThoseNearTheirEndComeFirstAndNoOtherWaitsForEver() {
        TestNode limited = node("limited", Setup.USUAL.requestsPerSecond(Map.of("acme", 4.0)));
        node.addDueNow(jobs(40));
        store.transaction(handle -> handle.execute(
                "update job set due_why = 'NEAR_END', next_poll_at = next_poll_at + 1 where job_id like '%5'"));
        clock.advance(Duration.ofSeconds(1));
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            limited.claim().forEach(look -> order.add(look.job().due().name()));
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(order.subList(0, 8)).contains("NEAR_END", "FIRST_LOOK");
        assertThat(order.subList(0, 8).stream().filter("NEAR_END"::equals).count())
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void aTenantThatRespondsSlowlyLeavesWorkersForOthers() {
        TestNode small = node("small", Setup.USUAL.workers(8));
        JobKey quick = new JobKey("quick", "bots", "job");
        node.addDueNow(List.of(quick));
        Look look = small.claimOne();
        small.see(look, TestNode.ended(look, TrainingState.COMPLETED));
        node.addDueNow(jobs(100));
        for (int i = 0; i < 10; i++) {
            small.claim(); // none of these looks ends
            clock.advance(TICK);
        }
        JobKey next = new JobKey("quick", "bots", "next");
        node.addDueNow(List.of(next));
        assertThat(small.claim()).extracting(one -> one.key().tenant()).contains("quick");
    }

    @Test
    void aJobNearItsEndIsLookedAtSoonAndTheAuditSaysWhy() {
        node.watch.list().add(List.of(JOB), "test");
        for (int progress = 10; progress <= 90; progress += 10) {
            Look look = node.claimOne();
            node.see(look, running(look, progress));
            node.settle();
            clock.advance(Duration.between(clock.instant(), node.job(JOB).nextPollAt()));
        }
        assertThat(node.job(JOB).due()).isEqualTo(LookReason.NEAR_END);
        Look look = node.claimOne();
        node.see(look, TestNode.ended(look, TrainingState.COMPLETED));
        assertThat(node.job(JOB).observed().pace()).isNotNull();
        assertThat(node.details(JOB, "MONITOR_COMPLETE")).isNotEmpty();
        assertThat(look.why().text()).isEqualTo("near end");
    }

    @Test
    void whenAJobEndsIsSaidByTheEndsOfItsProject() {
        for (int i = 0; i < 10; i++) {
            run(job("earlier-" + i), 100);
        }
        clock.advance(Duration.ofMinutes(2));
        run(JOB, 50);
        assertThat(node.job(JOB).observed().expectedEnd()).isNotNull();
        assertThat(node.job(JOB).observed().expectedEnd().to())
                .isAfter(clock.instant().minusSeconds(30));
    }

    private void run(JobKey key, int until) {
        node.watch.list().add(List.of(key), "test");
        for (int progress = 0; progress <= until; progress += 5) {
            Map<Boolean, List<Look>> looks = node.claim().stream()
                    .collect(Collectors.partitioningBy(one -> one.key().equals(key)));
            looks.get(false).forEach(other -> node.see(other, TestNode.ended(other, TrainingState.COMPLETED)));
            Look look = looks.get(true).get(0);
            node.see(look, progress == 100 ? TestNode.ended(look, TrainingState.COMPLETED) : running(look, progress));
            node.settle();
            if (progress < until) {
                clock.advance(Duration.between(clock.instant(), node.job(key).nextPollAt()));
            }
        }
    }

    private int claimedWithin(Duration time) {
        int claimed = 0;
        for (Duration past = Duration.ZERO; past.compareTo(time) < 0; past = past.plus(TICK)) {
            claimed += node.claim().size();
            clock.advance(TICK);
        }
        return claimed;
    }

    private void pass(TestNode passing) {
        passing.watch.pauses().check(exchange());
    }

    private void heed(Map<String, Object> headers) {
        Exchange exchange = exchange();
        exchange.getMessage()
                .setHeaders(
                        headers.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        node.watch.pauses().heedQuota(exchange);
    }

    private static Exchange exchange() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable("tenant", "acme");
        return exchange;
    }

    private static List<JobKey> jobs(int count) {
        return IntStream.range(0, count).mapToObj(i -> job("job-" + i)).toList();
    }

    private List<Long> dueTimes() {
        return store.read(handle -> handle.createQuery("select next_poll_at from job order by next_poll_at")
                .mapTo(Long.class)
                .list());
    }

    /** The busiest 100 ms have at most 1.1 times the looks of the mean. */
    private static void assertEvenlySpread(List<Long> due, int atLeast) {
        assertThat(due).hasSizeGreaterThanOrEqualTo(atLeast);
        long first = due.get(0);
        Map<Long, Long> byWindow =
                due.stream().collect(Collectors.groupingBy(at -> (at - first) / 1_000, Collectors.counting()));
        double mean = (double) due.size() / TestNode.INTERVAL.toSeconds();
        assertThat(byWindow.values()).allMatch(count -> count <= mean * 1.1 + 1);
        assertThat(due.get(due.size() - 1) - first)
                .isBetween(TestNode.INTERVAL.toMillis() - 500, TestNode.INTERVAL.toMillis());
    }
}
