package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that an integrator put in the place of ours, and that say nothing about failures. */
class OverridingRoutesTest {

    private static final JobKey JOB = new JobKey("acme", "bots", "job-1");
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration AT_MOST = INTERVAL.multipliedBy(2).plusSeconds(5);

    private static final String OF_THEIR_OWN = """
            - route:
                id: %s
                from:
                  uri: direct:of-their-own
                  steps:
                    - throwException:
                        id: fail
                        exceptionType: java.lang.IllegalStateException
                        message: the gateway of our company says no
            """;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private RoutesUnderTest routes;

    @BeforeEach
    void brokenRoute() throws IOException {
        Files.createDirectories(folder.resolve("routes"));
        write("33-of-their-own.camel.yaml", OF_THEIR_OWN.formatted("of-their-own"));
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void aLookEndsWhereARouteOfTheirOwnThrows() throws Exception {
        write("32-fetch-status.camel.yaml", calling("trainwatch-fetch-status", "direct:trainwatch-fetch-status"));
        start();
        List<JobKey> jobs = jobs(20);
        routes.beans().watchList().add(jobs, "test");
        within(AT_MOST, () -> routes.jobs(jobs).stream().allMatch(job -> job.failures() >= 2));
        assertThat(routes.jobs(jobs))
                .allSatisfy(job -> assertThat(job.failure()).contains("the gateway of our company says no"));
        within(AT_MOST, () -> audited("MONITOR_ERROR"));
        assertThat(routes.beans().watch().leases().troubles()).isEmpty();
    }

    @Test
    void aLookEndsWhereTheFirstRouteItselfIsTheirs() throws Exception {
        write("of-our-company.camel.yaml", calling("trainwatch-check-job", "direct:trainwatch-check-job"));
        start();
        List<JobKey> jobs = jobs(20);
        routes.beans().watchList().add(jobs, "test");
        within(AT_MOST, () -> routes.jobs(jobs).stream().allMatch(job -> job.failures() >= 2));
    }

    @Test
    void aLookEndsWhereTheirRouteDecidesNothing() throws Exception {
        write("20-look.camel.yaml", """
                - route:
                    id: trainwatch-judge-job
                    from:
                      uri: direct:trainwatch-judge-job
                      steps:
                        - log:
                            id: say
                            message: seen
                """);
        start();
        routes.tenant = job -> HEALTHY.formatted(job.job());
        routes.beans().watchList().add(List.of(JOB), "test");
        within(AT_MOST, () -> routes.job(JOB).failures() >= 2);
        assertThat(routes.job(JOB).failure()).contains("the route decided nothing");
    }

    @Test
    void anEventIsRetriedAndTheLaterOnesOfTheJobFollow() throws Exception {
        write("71-deliver-webhook.camel.yaml", """
                - route:
                    id: trainwatch-deliver-webhook
                    from:
                      uri: direct:trainwatch-deliver-webhook
                      steps:
                        - setVariable:
                            id: remember-delivery
                            name: delivery
                            expression:
                              simple:
                                expression: "${body}"
                        - filter:
                            id: at-the-first-attempt
                            expression:
                              simple:
                                expression: "${body.attempt} == 1"
                            steps:
                              - to:
                                  id: call
                                  uri: direct:of-their-own
                        - bean:
                            id: sign-event
                            ref: trainwatchDeliveries
                            method: sign
                        - to:
                            id: post-event
                            uri: mock:end
                        - bean:
                            id: commit-delivered
                            ref: trainwatchDeliveries
                            method: delivered
                """);
        start();
        routes.tenant = job -> HEALTHY.formatted(job.job()).replace("RUNNING", "FAILED");
        routes.beans().watchList().add(List.of(JOB), "test");
        within(Duration.ofSeconds(30), () -> !routes.posted.isEmpty());
        assertThat(routes.events(JOB)).contains("job.failed");
        within(AT_MOST, () -> audited("WEBHOOK_FAILED"));
    }

    private static final String HEALTHY = """
            {"job_id": "%s", "state": "RUNNING", "progress_percent": 10, "metrics": [],
             "resource_utilization": {"cpu_usage": 50, "memory_usage": 40}}""";

    private static String calling(String id, String from) {
        return """
                - route:
                    id: %s
                    from:
                      uri: %s
                      steps:
                        - to:
                            id: call
                            uri: direct:of-their-own
                """.formatted(id, from);
    }

    private static List<JobKey> jobs(int count) {
        List<JobKey> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(new JobKey("acme", "bots", "job-" + i));
        }
        return jobs;
    }

    private void write(String name, String yaml) throws IOException {
        Files.writeString(folder.resolve("routes").resolve(name), yaml);
    }

    private void start() throws Exception {
        Map<String, String> values = new HashMap<>();
        values.put("trainwatch.routes.directory", folder.resolve("routes").toString());
        values.put("trainwatch.poll.interval", INTERVAL.toSeconds() + "s");
        values.put("trainwatch.poll.confirm-after", "0s");
        routes = RoutesUnderTest.start(folder, clock, values);
    }

    /** Lets the clock run beside the real one meanwhile. */
    private void within(Duration time, Callable<Boolean> condition) {
        await().atMost(time).pollDelay(Duration.ZERO).pollInterval(TICK).until(() -> {
            clock.advance(TICK);
            return condition.call();
        });
    }

    private boolean audited(String action) throws IOException {
        return routes.audit(action).stream().anyMatch(line -> line.contains("the gateway of our company says no"));
    }
}
