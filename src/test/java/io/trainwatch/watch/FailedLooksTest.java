package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.answered;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.JobKey;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.processor.PredicateValidationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnBothEngines
class FailedLooksTest extends NodesUnderTest {

    private static final Exception DOWN = answered(503, Map.of());
    private static final Exception NOT_FOUND = answered(404, Map.of());
    private static final Exception UNAUTHORISED = answered(401, Map.of());

    @BeforeEach
    void watch() {
        node.watch.list().add(List.of(JOB), "test");
    }

    @Test
    void theWaitDoublesUpToTheInterval() {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            seconds.add(waitAfter(DOWN).toSeconds());
        }
        assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 15L, 15L, 15L);
    }

    @Test
    void theWaitNeverExceedsTheIntervalByMoreThanAFifthHoweverOftenItFails() {
        Random random = new Random(7);
        TestNode jittery = node("node-2", Setup.USUAL.random(random::nextDouble));
        for (int i = 1; i <= 60; i++) {
            Duration wait = waitAfter(jittery, i % 3 == 0 ? NOT_FOUND : DOWN);
            long unjittered = Math.min(1_000L << Math.min(i - 1, 30), TestNode.INTERVAL.toMillis());
            assertThat(wait.toMillis()).isBetween(unjittered * 8 / 10 - 1, unjittered * 12 / 10 + 1);
        }
    }

    @Test
    void theTenantsWishForALongerWaitIsGranted() {
        assertThat(waitAfter(answered(503, Map.of("Retry-After", "7")))).isEqualTo(Duration.ofSeconds(7));
        assertThat(waitAfter(answered(503, Map.of("Retry-After", "1"))))
                .as("a shorter one is not")
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void onlyWith429And503AWaitIsAskedForAndPausesTheTenant() {
        for (int status : List.of(400, 403, 404, 410)) {
            Duration wait = waitAfter(answered(status, Map.of("Retry-After", "3600")));
            assertThat(wait).as("after %s", status).isLessThanOrEqualTo(TestNode.INTERVAL);
            assertThat(pauses()).as("after %s", status).isEmpty();
        }
        for (int status : List.of(408, 500, 502, 504)) {
            assertThat(waitAfter(answered(status, Map.of("Retry-After", "120"))))
                    .as("the job's own wait after %s", status)
                    .isEqualTo(Duration.ofSeconds(120));
            assertThat(pauses()).as("after %s", status).isEmpty();
        }
        for (int status : List.of(429, 503)) {
            node.fail(node.claimOne(), answered(status, Map.of("Retry-After", "120")));
            assertThat(pauses())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "Tenant acme is left alone until " + clock.instant().plusSeconds(120));
            clock.advance(Duration.ofSeconds(120));
            assertThat(pauses()).isEmpty();
        }
    }

    @Test
    void aNotFoundJobDoesNotSilenceTheOthersOfItsTenant() {
        node.fail(node.claimOne(), answered(404, Map.of("Retry-After", "3600")));
        node.addDueNow(List.of(job("job-2")));
        assertThat(node.claim()).extracting(Look::key).containsExactly(job("job-2"));
    }

    @Test
    void noPauseIsLongerThanTheTimeAfterWhichAJobIsUnreachable() {
        Duration wait = waitAfter(answered(429, Map.of("Retry-After", "3600")));
        assertThat(wait).isEqualTo(TestNode.UNREACHABLE_AFTER);
        clock.advance(TestNode.UNREACHABLE_AFTER);
        assertThat(node.claim()).hasSize(1);
    }

    @Test
    void aJobIsReportedAsUnreachableAlsoWhileItsTenantIsLeftAlone() {
        JobKey other = job("job-2");
        node.addDueNow(List.of(other));
        List<Look> looks = node.claim();
        looks.stream().filter(look -> look.key().equals(other)).forEach(look -> node.see(look, running(look, 10)));
        looks.stream()
                .filter(look -> look.key().equals(JOB))
                .forEach(look -> node.fail(look, answered(429, Map.of("Retry-After", "3600"))));
        node.settle();
        for (int minute = 0; minute < 10; minute++) {
            node.watch.failedLooks().reportUnreachable();
            assertThat(node.events(other)).isEmpty();
            clock.advance(Duration.ofMinutes(1));
        }
        // The pause is over and another one begins before the job's turn comes.
        List<Look> inBetween = node.claim();
        inBetween.stream()
                .filter(look -> look.key().equals(JOB))
                .forEach(look -> node.fail(look, answered(429, Map.of("Retry-After", "3600"))));
        node.watch.failedLooks().reportUnreachable();
        assertThat(node.events(other)).as("it is being looked at").isEmpty();
        clock.advance(TestNode.LEASE);
        node.watch.failedLooks().reportUnreachable();
        node.watch.failedLooks().reportUnreachable();
        assertThat(node.events(other)).containsExactly("job.unreachable");
        assertThat(node.details(other, "MONITOR_ERROR"))
                .singleElement()
                .asString()
                .contains("left alone until");
        assertThat(node.events(JOB)).containsExactly("job.unreachable");

        clock.advance(TestNode.UNREACHABLE_AFTER);
        node.claim().forEach(look -> node.see(look, running(look, 20)));
        inBetween.forEach(look -> node.see(look, running(look, 20)));
        node.settle();
        assertThat(node.job(other).unreachable()).isFalse();
        assertThat(node.details(other, "MONITOR_RECOVERED")).hasSize(1);
    }

    private List<String> pauses() {
        return node.watch.troubles().stream()
                .filter(trouble -> trouble.contains(" is left alone "))
                .toList();
    }

    @Test
    void aJobWhoseLastLookFailedIsNamedWithTheReason() {
        assertThat(node.watch.troubles()).isEmpty();
        node.fail(node.claimOne(), answered(404, Map.of()));
        assertThat(node.watch.troubles())
                .singleElement()
                .asString()
                .startsWith("The last look failed at acme:")
                .contains("404");
    }

    @Test
    void aClearAnswerIsBelievedAfterTheThirdInARow() {
        for (int i = 1; i <= 5; i++) {
            waitAfter(NOT_FOUND);
            assertThat(node.job(JOB).unreachable()).as("after %s", i).isEqualTo(i >= 3);
            assertThat(node.events(JOB)).hasSize(i >= 3 ? 1 : 0);
        }
        assertThat(node.events(JOB)).containsExactly("job.unreachable");
        assertThat(node.job(JOB).phase()).as("it is watched on").isEqualTo(Phase.WATCHING);
    }

    @Test
    void silenceIsReportedOnlyWhenItHasLastedLong() {
        Instant start = clock.instant();
        while (Duration.between(start, clock.instant()).compareTo(TestNode.UNREACHABLE_AFTER.minusSeconds(20)) < 0) {
            waitAfter(new IOException("connection refused"));
        }
        assertThat(node.events(JOB)).isEmpty();
        clock.advance(TestNode.UNREACHABLE_AFTER);
        waitAfter(DOWN);
        waitAfter(DOWN);
        assertThat(node.events(JOB)).containsExactly("job.unreachable");
    }

    @Test
    void aJobThatAnswersAgainAndVanishesAgainIsReportedAgain() {
        for (int row = 1; row <= 2; row++) {
            for (int i = 0; i < 3; i++) {
                waitAfter(NOT_FOUND);
            }
            Look look = node.claimOne();
            node.see(look, running(look, row));
            node.settle();
            clock.advance(TestNode.INTERVAL);
        }
        assertThat(node.events(JOB)).containsExactly("job.unreachable", "job.unreachable");
        assertThat(node.told(JOB)).filteredOn("MONITOR_RECOVERED"::equals).hasSize(2);
    }

    @Test
    void anInvalidStatusIsRecordedWithABoundedCopyAndChangesNothing() {
        Look seen = node.claimOne();
        node.see(seen, running(seen, 30));
        node.settle();
        clock.advance(TestNode.INTERVAL);
        byte[] payload = ("{\"job_id\":\"other\"," + "x".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        node.failInvalid(node.claimOne(), anotherJobs(), payload);

        assertThat(node.events(JOB)).containsExactly("job.invalid");
        assertThat(node.details(JOB, "STATUS_INVALID"))
                .singleElement()
                .satisfies(details -> assertThat(details)
                        .contains("{\\\"job_id\\\":\\\"other\\\",xxx", "(100018 bytes)", "\"kind\":\"INVALID_STATUS\"")
                        .hasSizeLessThan(2_000));
        WatchedJob job = node.job(JOB);
        assertThat(job.observed().lastProgress()).isEqualTo(30);
        assertThat(job.phase()).isEqualTo(Phase.WATCHING);
    }

    @Test
    void invalidStatusesInARowAreOneEvent() {
        for (int i = 0; i < 4; i++) {
            Look look = node.claimOne();
            node.failInvalid(look, anotherJobs(), new byte[] {'{', (byte) ('0' + i)});
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(node.events(JOB)).containsExactly("job.invalid");
        assertThat(node.details(JOB, "STATUS_INVALID")).hasSize(1);
        assertThat(node.job(JOB).failures()).isEqualTo(4);
    }

    @Test
    void theTokenIsNotInWhatIsRecorded() {
        byte[] page = "request was: Authorization: Bearer secret-token".getBytes(StandardCharsets.UTF_8);
        node.failInvalid(node.claimOne(), anotherJobs(), page);
        assertThat(node.details(JOB, "STATUS_INVALID"))
                .singleElement()
                .satisfies(details -> assertThat(details)
                        .contains("Authorization: Bearer ***")
                        .doesNotContain("secret-token"));
    }

    @Test
    void theSameFailureIsToldOnceAndAnotherOneIsNews() {
        for (Exception failure : List.of(DOWN, DOWN, DOWN, NOT_FOUND, NOT_FOUND, DOWN)) {
            waitAfter(failure);
        }
        assertThat(node.details(JOB, "MONITOR_ERROR"))
                .extracting(
                        details -> details.replaceAll(".*\"kind\":\"(\\w+)\".*\"failures_in_a_row\":(\\d+).*", "$1 $2"))
                .containsExactly("UNAVAILABLE 1", "NOT_FOUND 4", "UNAVAILABLE 6");
    }

    @Test
    void aRefusedTokenPausesTheTenantOnceForAllLooksThatMeetIt() {
        addMore(20);
        List<Look> looks = node.claim();
        looks.forEach(look -> node.fail(look, UNAUTHORISED));
        assertThat(pauses("acme")).isEqualTo(1);
        assertThat(pausedFor("acme")).isEqualTo(Duration.ofSeconds(1));

        clock.advance(Duration.ofMillis(999));
        assertThat(node.claim()).isEmpty();
    }

    @Test
    void theTenantsPauseDoublesUpToAMinute() {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            node.fail(node.claimOne(), UNAUTHORISED);
            seconds.add(pausedFor("acme").toSeconds());
            clock.advance(Duration.ofMinutes(2));
        }
        assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(node.watch.list().refusingTenants()).containsOnlyKeys("acme");
    }

    @Test
    void aTenantThatAsksForFewerRequestsGetsThePauseItAsksFor() {
        addMore(20);
        List<Look> looks = node.claim();
        looks.forEach(look -> node.fail(look, answered(429, Map.of("Retry-After", "40"))));
        assertThat(pausedFor("acme")).isEqualTo(Duration.ofSeconds(40));
        assertThat(pauses("acme")).as("looks that fail together are one pause").isEqualTo(1);
    }

    @Test
    void aShorterPauseDoesNotEndALongerOne() {
        addMore(2);
        List<Look> looks = node.claim();
        node.fail(looks.get(0), answered(429, Map.of("Retry-After", "300")));
        node.fail(looks.get(1), answered(429, Map.of("Retry-After", "20")));
        node.fail(looks.get(2), UNAUTHORISED);
        assertThat(pausedFor("acme")).isEqualTo(Duration.ofSeconds(300));
    }

    @Test
    void aLookThatBeganBeforeThePauseDoesNotEndIt() {
        addMore(1);
        node.claim().forEach(look -> node.fail(look, DOWN));
        clock.advance(TestNode.INTERVAL);
        List<Look> looks = node.claim();
        node.fail(looks.get(0), answered(429, Map.of("Retry-After", "300")));
        node.see(looks.get(1), running(looks.get(1), 10));
        node.settle();
        assertThat(pausedFor("acme")).isEqualTo(Duration.ofSeconds(300));
    }

    @Test
    void aTenantThatAnswersHasNoPausesBehindItWhicheverNodeHearsIt() {
        TestNode other = node("node-2", Setup.USUAL);
        for (int i = 0; i < 4; i++) {
            node.fail(node.claimOne(), UNAUTHORISED);
            clock.advance(Duration.ofMinutes(2));
        }
        node.fail(node.claimOne(), UNAUTHORISED);
        clock.advance(Duration.ofMinutes(2));
        Look look = other.claimOne();
        other.see(look, running(look, 10));
        other.settle();
        assertThat(pauses("acme")).isZero();
        assertThat(other.watch.list().refusingTenants()).isEmpty();

        clock.advance(TestNode.INTERVAL);
        node.fail(node.claimOne(), UNAUTHORISED);
        assertThat(pausedFor("acme")).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void anyJobOfTheTenantThatAnswersEndsThePauses() {
        for (int i = 0; i < 3; i++) {
            node.fail(node.claimOne(), UNAUTHORISED);
            clock.advance(Duration.ofMinutes(2));
        }
        assertThat(node.watch.list().refusingTenants()).isNotEmpty();
        node.fail(node.claimOne(), NOT_FOUND);

        JobKey healthy = job("healthy");
        node.watch.list().add(List.of(healthy), "test");
        Look look = node.claimOne();
        node.see(look, running(look, 20));
        node.settle();
        assertThat(pauses("acme")).isZero();
        assertThat(node.watch.list().refusingTenants()).isEmpty();
    }

    @Test
    void aFailureOfOneJobDoesNotPauseItsTenant() {
        for (Exception failure : List.of(DOWN, NOT_FOUND, answered(403, Map.of()), new IOException("reset"))) {
            waitAfter(failure);
        }
        assertThat(pauses("acme")).isZero();
        assertThat(node.watch.list().refusingTenants()).isEmpty();
    }

    private Duration waitAfter(Exception failure) {
        return waitAfter(node, failure);
    }

    /** Fails one look and moves on to the next one. */
    private Duration waitAfter(TestNode by, Exception failure) {
        Look look = by.claimOne();
        by.fail(look, failure);
        Instant next = by.job(JOB).nextPollAt();
        Duration wait = Duration.between(clock.instant(), next);
        clock.advance(wait);
        return wait;
    }

    private void addMore(int count) {
        node.addDueNow(IntStream.range(0, count).mapToObj(i -> job("more-" + i)).toList());
    }

    private static Exception anotherJobs() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        return new PredicateValidationException(exchange, any -> false);
    }

    private Duration pausedFor(String tenant) {
        long until = tenant(tenant, "paused_until");
        return Duration.ofMillis(until - clock.millis());
    }

    private long pauses(String tenant) {
        return tenant(tenant, "pauses");
    }

    private long tenant(String alias, String column) {
        return store.read(handle -> handle.createQuery("select " + column + " from tenant where alias = :alias")
                .bind("alias", alias)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }
}
