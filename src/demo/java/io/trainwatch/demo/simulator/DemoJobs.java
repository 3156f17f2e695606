package io.trainwatch.demo.simulator;

import static io.trainwatch.demo.simulator.Ending.BREACHES_CPU;
import static io.trainwatch.demo.simulator.Ending.BREACHES_MEMORY;
import static io.trainwatch.demo.simulator.Ending.CANCELLED_BY_OTHERS;
import static io.trainwatch.demo.simulator.Ending.COMPLETES;
import static io.trainwatch.demo.simulator.Ending.FAILS;
import static io.trainwatch.demo.simulator.Ending.STALLS;

import java.time.Duration;
import java.util.List;

/**
 * The jobs and tasks of the demo, which show every outcome within about 45 seconds.
 *
 * <p>Meant for a policy that stops a job above 95 percent CPU, above 90 percent memory, or after 8 seconds without
 * progress; a job that waits in the queue for longer than that is there to show that waiting is no stagnation. The seed
 * moves each running time by up to a tenth.
 */
public final class DemoJobs {

    private static final String SHOP = "web-shop";
    private static final String SERVICE = "service-desk";
    private static final String TRAVEL = "travel-bot";

    private DemoJobs() {}

    /** The scripts, the same for the same seed. */
    public static List<JobScript> scripts(long seed) {
        return List.of(
                job(seed, SHOP, "intents-en", COMPLETES, 1, 14),
                job(seed, SHOP, "intents-de", COMPLETES, 2, 22),
                job(seed, SHOP, "intents-fr", BREACHES_CPU, 1, 30).turnsAt(0.3),
                job(seed, SHOP, "returns-flow", FAILS, 2, 11).turnsAt(0.7),
                job(seed, SERVICE, "tickets-en", COMPLETES, 3, 28),
                job(seed, SERVICE, "tickets-de", STALLS, 1, 20).turnsAt(0.35),
                job(seed, SERVICE, "escalation", BREACHES_MEMORY, 2, 32).turnsAt(0.45),
                job(seed, SERVICE, "small-talk", CANCELLED_BY_OTHERS, 1, 16).turnsAt(0.8),
                job(seed, TRAVEL, "bookings", COMPLETES, 2, 34),
                job(seed, TRAVEL, "luggage", FAILS, 3, 24).turnsAt(0.9),
                job(seed, TRAVEL, "loyalty", COMPLETES, 18, 20),
                job(seed, TRAVEL, "yes-no", COMPLETES, 0, 6));
    }

    private static JobScript job(long seed, String project, String id, Ending ending, int queued, int running) {
        return JobScript.of(project, id, ending)
                .queued(Duration.ofSeconds(queued))
                .running(stretched(seed, "demo " + project + "/" + id, running))
                .sampledEvery(Duration.ofSeconds(1))
                .cancelDelay(Duration.ofMillis(1_500));
    }

    /** The tasks, the same for the same seed. */
    public static List<TaskScript> tasks(long seed) {
        return List.of(
                task(seed, SHOP, "intents-en", COMPLETES, 1, 14),
                task(seed, SHOP, "intents-de", FAILS, 2, 22),
                task(seed, SHOP, "nightly", COMPLETES, 18, 20)
                        .named(TaskScript.TRAIN_ALL_PROJECT_FLOWS)
                        .steps(40),
                task(seed, SHOP, "yes-no", COMPLETES, 0, 6)
                        .named(TaskScript.TRAIN_YES_NO_INTENTS)
                        .steps(0),
                task(seed, SERVICE, "tickets-en", STALLS, 1, 20),
                task(seed, SERVICE, "tickets-de", CANCELLED_BY_OTHERS, 1, 16),
                task(seed, SERVICE, "escalation", COMPLETES, 3, 28)
                        .cancelled(CancelOutcome.DONE, Duration.ofSeconds(2)),
                task(seed, SERVICE, "snapshot", COMPLETES, 0, 9).named("createSnapshot"));
    }

    private static TaskScript task(long seed, String project, String id, Ending ending, int queued, int running) {
        return TaskScript.of(project, id, ending)
                .queued(Duration.ofSeconds(queued))
                .running(stretched(seed, "demo task " + project + "/" + id, running));
    }

    private static Duration stretched(long seed, String purpose, int seconds) {
        double stretch = 0.9 + 0.2 * Chance.at(Chance.seed(seed, purpose), 0);
        return Duration.ofMillis(Math.round(seconds * 1_000 * stretch));
    }
}
