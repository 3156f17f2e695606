package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.TrainingState;
import io.trainwatch.watch.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** One look at a job, as the YAML routes take it: only the tenant, the receiver and the clock are the test's. */
class CheckJobRouteTest {

    private static final JobKey JOB = new JobKey("acme", "p1", "job-1");
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final AtomicInteger requests = new AtomicInteger();
    private RoutesUnderTest routes;

    @BeforeEach
    void start() throws Exception {
        routes = RoutesUnderTest.start(
                folder, clock, Map.of("trainwatch.poll.interval", "15s", "trainwatch.policy.cpu-window", "1 of 1"));
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void anEndIsCommittedAndTold() {
        answers(status("COMPLETED", 100, 40));
        watch();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(JOB)).containsExactly("job.completed"));
        assertThat(routes.job(JOB).phase()).isEqualTo(Phase.ENDED);
        assertThat(routes.deletes).isEmpty();
    }

    @Test
    void aRunningJobIsLookedAtAgainAfterTheInterval() {
        answers(status("RUNNING", 10, 40));
        watch();
        await().atMost(LONGEST).until(() -> routes.job(JOB).state() == TrainingState.RUNNING);
        assertThat(routes.job(JOB).nextPollAt()).isAfter(clock.instant());
        int before = requests.get();
        clock.advance(Duration.ofSeconds(16));
        await().atMost(LONGEST).until(() -> requests.get() > before);
        assertThat(routes.posted).isEmpty();
    }

    @Test
    void aBreachIsCancelledAndToldOnceMoreWhenTheTenantSaysThatItEnded() {
        answers(status("RUNNING", 10, 99));
        watch();
        await().atMost(LONGEST).untilAsserted(() -> assertThat(routes.deletes).containsExactly(JOB));
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(JOB)).containsExactly("job.cancel_requested"));
        answers(status("CANCELLED", 10, 0));
        clock.advance(Duration.ofSeconds(16));
        await().atMost(LONGEST)
                .untilAsserted(
                        () -> assertThat(routes.events(JOB)).containsExactly("job.cancel_requested", "job.cancelled"));
        assertThat(routes.deletes).containsExactly(JOB);
    }

    @Test
    void aCancelThatHadNoEffectIsSentAgain() {
        answers(status("RUNNING", 10, 99));
        watch();
        await().atMost(LONGEST).until(() -> routes.job(JOB).cancelAttempts() == 1);
        answers(status("RUNNING", 11, 40));
        clock.advance(Duration.ofMinutes(2));
        await().atMost(LONGEST).until(() -> routes.job(JOB).cancelAttempts() == 2);
        assertThat(routes.deletes).containsExactly(JOB, JOB);
        assertThat(routes.events(JOB)).containsExactly("job.cancel_requested");
    }

    @Test
    void anEndThatIsTakenBackIsReportedAndNotFollowed() {
        answers(status("COMPLETED", 100, 40));
        watch();
        await().atMost(LONGEST).until(() -> routes.job(JOB).phase() == Phase.ENDED);
        answers(status("RUNNING", 10, 99));
        clock.advance(Duration.ofMinutes(2));
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(JOB)).containsExactly("job.completed", "job.reversed"));
        assertThat(routes.job(JOB).state()).isEqualTo(TrainingState.COMPLETED);
        assertThat(routes.deletes).isEmpty();
    }

    @Test
    void nothingIsDeletedBeforeTheIntentIsInTheStore() {
        routes.cancelling = job -> {
            // Asked at the moment of the call: what a crash right now would leave behind.
            assertThat(routes.job(job).phase()).isEqualTo(Phase.STOPPING);
            assertThat(routes.job(job).breach()).isNotNull();
            return "";
        };
        answers(status("RUNNING", 10, 99));
        watch();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(JOB)).containsExactly("job.cancel_requested"));
        await().atMost(LONGEST).until(() -> routes.job(JOB).cancelAttempts() == 1);
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "204 with no body comes for a status",
            then = "It is an invalid status, in words; the job is looked at again")
    @ParameterizedTest
    @NullAndEmptySource
    void noBodyIsAnInvalidStatusInWords(String body) {
        answers(body);
        watch();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.job(JOB).failure()).isEqualTo("the response has no body"));
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(JOB)).containsExactly("job.invalid"));
        assertThat(routes.statusQueries).containsExactly("null");
    }

    @Test
    void theTenantsTokenAndHeadersNeverReachTheReceiver() {
        answers(status("COMPLETED", 100, 40));
        watch();
        await().atMost(LONGEST).until(() -> routes.posted.size() == 1);
        assertThat(routes.posted.get(0).headers().keySet())
                .allMatch(name -> name.startsWith("webhook-")
                        || List.of("CamelHttpMethod", "CamelHttpPath", "Content-Type")
                                .contains(name));
    }

    @Test
    void aShortRetryAfterIsWaitedForWithinTheLook() {
        routes.tenant = job -> {
            if (requests.incrementAndGet() < 2) {
                throw RoutesUnderTest.answer(429, Map.of("Retry-After", "0"));
            }
            return status("COMPLETED", 100, 40);
        };
        watch();
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(JOB)).containsExactly("job.completed"));
        assertThat(requests).hasValue(2);
        assertThat(routes.job(JOB).failures()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "0", ""})
    void a429IsFollowedByFewRequestsWhateverItAsksFor(String retryAfter) throws Exception {
        routes.tenant = job -> {
            requests.incrementAndGet();
            throw RoutesUnderTest.answer(429, retryAfter.isEmpty() ? Map.of() : Map.of("Retry-After", retryAfter));
        };
        watch();
        await().atMost(LONGEST).until(() -> requests.get() > 0);
        for (int half = 0; half < 18; half++) {
            clock.advance(Duration.ofMillis(500));
            await().pollDelay(Duration.ofMillis(150)).until(() -> true);
        }
        assertThat(requests).hasValueLessThan(9);
    }

    @Test
    void aLongRetryAfterPausesTheTenantInTheStore() {
        routes.tenant = job -> {
            requests.incrementAndGet();
            throw RoutesUnderTest.answer(429, Map.of("Retry-After", "120"));
        };
        watch();
        await().atMost(LONGEST).until(() -> routes.job(JOB).failures() == 1);
        assertThat(requests).hasValue(1);
        clock.advance(Duration.ofSeconds(119));
        await().during(Duration.ofMillis(500)).atMost(LONGEST).until(() -> requests.get() == 1);
        answers(status("COMPLETED", 100, 40));
        clock.advance(Duration.ofSeconds(10));
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(routes.events(JOB)).containsExactly("job.completed"));
    }

    @Test
    void aServerErrorIsTriedThreeTimesAndThenLeftToALaterLook() {
        routes.tenant = job -> {
            requests.incrementAndGet();
            throw RoutesUnderTest.answer(503, Map.of());
        };
        watch();
        await().atMost(LONGEST).until(() -> routes.job(JOB).failures() == 1);
        assertThat(requests).hasValue(3);
        assertThat(routes.job(JOB).nextPollAt()).isAfter(clock.instant());
    }

    private void answers(String status) {
        routes.tenant = job -> {
            requests.incrementAndGet();
            return status;
        };
    }

    private void watch() {
        routes.beans().watchList().add(List.of(JOB), "test");
    }

    private static String status(String state, double progress, double cpu) {
        return """
            {"job_id":"job-1","state":"%s","progress_percent":%s,"metrics":[],
             "resource_utilization":{"cpu_usage":%s,"memory_usage":40}}""".formatted(state, progress, cpu);
    }
}
