package io.trainwatch.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.BadDocument;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.Statuses;
import io.trainwatch.watch.Phase;
import io.trainwatch.watch.WatchedJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of answers that are no valid status, through the whole of the routes. */
class HostileStatusesRouteTest {

    private static final int BAD_ANSWERS = Integer.getInteger("trainwatch.hostile.answers", 2_000);
    private static final int JOBS = 200;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void aBadStatusEndsNothingCancelsNothingAndNeverStopsTheWatch() throws Exception {
        SettableClock clock = new SettableClock();
        List<JobKey> jobs = IntStream.range(0, JOBS)
                .mapToObj(number -> new JobKey("acme", "p1", "hostile-" + number))
                .toList();
        AtomicInteger bad = new AtomicInteger();
        AtomicBoolean honest = new AtomicBoolean();
        Random random = new Random(20261123);
        Map<String, String> unhurried = Map.of("trainwatch.poll.unreachable-after", "7d");
        try (RoutesUnderTest routes = RoutesUnderTest.start(folder, clock, unhurried)) {
            routes.tenant = job -> {
                if (honest.get()) {
                    return of(job, Statuses.document()).replace("RUNNING", "COMPLETED");
                }
                bad.incrementAndGet();
                synchronized (random) {
                    // Half of them speak of a job that would have to be ended, or cancelled, were they believed.
                    String lure = random.nextBoolean() ? "COMPLETED" : "RUNNING";
                    return random.nextInt(20) == 0
                            ? Statuses.document().replace("RUNNING", "COMPLETED") // another job's
                            : of(job, BadDocument.random(random).text())
                                    .replace("RUNNING", lure)
                                    .replace("71.0", "99.9");
                }
            };
            routes.beans().watchList().add(jobs, "test");
            AtomicInteger quiet = new AtomicInteger();
            while (bad.get() < BAD_ANSWERS) {
                int before = bad.get();
                clock.advance(Duration.ofMinutes(5));
                // Looks that were committed with the new time already are due after it: then it moves on once more.
                await().atMost(LONGEST)
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> bad.get() > before
                                || routes.beans().watch().looks().count() == 0 && quiet.incrementAndGet() % 200 == 0);
                assertThat(quiet).as("moments without an answer").hasValueLessThan(6_000);
            }
            await().atMost(LONGEST).until(() -> routes.beans().watch().looks().count() == 0);

            assertThat(routes.deletes).isEmpty();
            assertThat(routes.posted)
                    .extracting(RoutesUnderTest.Posted::body)
                    .allMatch(body -> body.contains("\"job.invalid\"") || body.contains("\"job.unreachable\""));
            assertThat(routes.jobs(jobs)).hasSize(JOBS).allSatisfy(HostileStatusesRouteTest::isStillWatched);

            honest.set(true);
            await().atMost(LONGEST).pollInterval(Duration.ofMillis(100)).until(() -> {
                clock.advance(Duration.ofSeconds(10));
                return routes.beans().watchList().figures().counts().completed() == JOBS;
            });
            assertThat(routes.deletes).isEmpty();
        }
    }

    private static void isStillWatched(WatchedJob job) {
        assertThat(job.phase()).as(job.id()).isEqualTo(Phase.WATCHING);
        assertThat(job.state()).as("%s: nothing was believed", job.id()).isNull();
        assertThat(job.nextPollAt())
                .as("%s is looked at again", job.id())
                .isBefore(SettableClock.START.plus(Duration.ofDays(365)));
    }

    private static String of(JobKey job, String document) {
        return document.replace("job-1", job.job());
    }
}
