package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.List;

/** The tasks of the demo, which show every outcome within about 45 seconds. */
public final class DemoTasks {

    private static final String SHOP = "web-shop";
    private static final String SERVICE = "service-desk";

    private DemoTasks() {}

    /** The scripts, the same for the same seed. */
    public static List<TaskScript> scripts(long seed) {
        return List.of(
                task(seed, SHOP, "intents-en", TaskEnding.DONE, 1, 14),
                task(seed, SHOP, "intents-de", TaskEnding.ERROR, 2, 22),
                task(seed, SHOP, "nightly", TaskEnding.DONE, 18, 20)
                        .named(TaskScript.TRAIN_ALL_PROJECT_FLOWS)
                        .steps(40),
                task(seed, SHOP, "yes-no", TaskEnding.DONE, 0, 6)
                        .named(TaskScript.TRAIN_YES_NO_INTENTS)
                        .steps(0),
                task(seed, SERVICE, "tickets-en", TaskEnding.STALLS, 1, 20),
                task(seed, SERVICE, "tickets-de", TaskEnding.CANCELLED_BY_OTHERS, 1, 16),
                task(seed, SERVICE, "escalation", TaskEnding.DONE, 3, 28)
                        .cancelled(CancelOutcome.DONE, Duration.ofSeconds(2)),
                task(seed, SERVICE, "snapshot", TaskEnding.DONE, 0, 9).named("createSnapshot"));
    }

    private static TaskScript task(long seed, String project, String id, TaskEnding ending, int queued, int running) {
        double stretch = 0.9 + 0.2 * Chance.at(Chance.seed(seed, "demo task " + project + "/" + id), 0);
        return TaskScript.of(project, id, ending)
                .queued(Duration.ofSeconds(queued))
                .running(Duration.ofMillis(Math.round(running * 1_000 * stretch)));
    }
}
