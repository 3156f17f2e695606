package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.errors.LogLines;
import io.trainwatch.job.JobKey;
import io.trainwatch.watch.WatchedJob;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails for one cause is a few lines, however many jobs and events meet it; what becomes of a job is one each. */
class OutageLogTest {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int JOBS = 1_000;

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private LogLines log;
    private final Set<JobKey> failed = ConcurrentHashMap.newKeySet();
    private RoutesUnderTest routes;

    @AfterEach
    void stop() {
        routes.close();
        log.close();
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A tenant with 1,000 jobs fails",
            then = "A few lines are logged, and none has a stack trace")
    @ParameterizedTest
    @ValueSource(ints = {503, 404, 200})
    void anOutageOfAThousandJobsIsAFewLines(int status) throws Exception {
        List<JobKey> jobs = start(Map.of("trainwatch.poll.unreachable-after", "1m"));
        routes.tenant = job -> {
            failed.add(job);
            if (status == 200) {
                return "<html>signed out</html>";
            }
            throw RoutesUnderTest.answer(status, Map.of());
        };
        routes.beans().watchList().add(jobs, "test");
        whileTimePasses(() -> failed.size() == JOBS && unreachable() == JOBS);
        assertThat(log.ofFaults())
                .as("what begins, and names a job")
                .anySatisfy(line ->
                        assertThat(line).startsWith("looking at jobs of acme (").contains(") fails: acme:bots/job-"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("reaching jobs of acme (")
                        .contains(") fails: acme:bots/job-", " is unreachable: "));
        log.assertFew();
    }

    @Test
    void theEndOfAnOutageIsALineWithTheCountAndTheEndOfEachJobOneOfItsOwn() throws Exception {
        List<JobKey> jobs = start(Map.of());
        routes.tenant = job -> {
            failed.add(job);
            throw RoutesUnderTest.answer(400, Map.of());
        };
        routes.beans().watchList().add(jobs, "test");
        whileTimePasses(() -> failed.size() == JOBS);
        routes.tenant = job -> "{\"job_id\":\"" + job.job() + "\",\"state\":\"RUNNING\"}";
        whileTimePasses(() -> log.ofFaults().size() > 1);
        assertThat(log.ofFaults())
                .hasSize(2)
                .last()
                .asString()
                .matches("looking at jobs of acme \\(rejected\\) works again; it failed \\d{4,} times within \\d+ s");
        routes.tenant = job -> "{\"job_id\":\"" + job.job() + "\",\"state\":\"COMPLETED\"}";
        whileTimePasses(() -> routes.beans().watchList().figures().counts().completed() == JOBS);
        assertThat(log.all())
                .filteredOn(line -> line.endsWith("ended: COMPLETED"))
                .hasSize(JOBS);
    }

    @Situation(
            of = Situation.Of.RECEIVERS,
            when = "A receiver is dead, and many events wait for it",
            then = "A few lines are logged")
    @Test
    void aReceiverThatIsDeadIsAFewLinesHoweverManyEventsWait() throws Exception {
        List<JobKey> jobs = start(Map.of());
        routes.receiver = 503;
        routes.tenant = job -> "{\"job_id\":\"" + job.job() + "\",\"state\":\"COMPLETED\"}";
        routes.beans().watchList().add(jobs, "test");
        whileTimePasses(() -> routes.posted.size() > 10
                && routes.beans().watchList().figures().counts().completed() == JOBS);
        assertThat(log.ofFaults())
                .anySatisfy(line -> assertThat(line).startsWith("The delivery to ops fails: event evt_"));
        log.assertFew();
    }

    private List<JobKey> start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("trainwatch.poll.interval", "2s");
        settings.put("trainwatch.poll.workers", "200");
        routes = RoutesUnderTest.start(folder, clock, settings);
        log = LogLines.listen();
        return IntStream.range(0, JOBS)
                .mapToObj(i -> new JobKey("acme", "bots", "job-" + i))
                .toList();
    }

    private long unreachable() {
        return routes.jobs(List.copyOf(failed)).stream()
                .filter(WatchedJob::unreachable)
                .count();
    }

    private void whileTimePasses(Callable<Boolean> condition) {
        await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return condition.call();
        });
    }
}
