package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Many tasks in several projects that start at various times and take various durations, the same for the same seed. */
public final class ManyTasks {

    private static final String[] OTHERS = {"createSnapshot", "importPackage", "ingestKnowledgeSource"};

    private ManyTasks() {}

    /**
     * Trainings; of ten, seven are {@code done}, two are {@code error} and one is {@code cancelled} by somebody else.
     *
     * @param projects how many projects, named {@code project-1} and so on
     * @param tasksEach how many tasks each has, named {@code task-001} and so on
     * @param createdWithin how long after they were added the last of them is created at the latest
     * @param shortest the least time that one runs
     * @param longest the most time that one runs
     */
    public static List<TaskScript> trainings(
            long seed, int projects, int tasksEach, Duration createdWithin, Duration shortest, Duration longest) {
        return each(
                seed,
                projects,
                tasksEach,
                "task",
                (script, own) -> script.ending(ending(Chance.at(own, 0)))
                        .createdAfter(between(Duration.ZERO, createdWithin, Chance.at(own, 1)))
                        .queued(between(Duration.ZERO, Duration.ofSeconds(2), Chance.at(own, 2)))
                        .running(between(shortest, longest, Chance.at(own, 3)))
                        .steps(Chance.at(own, 4) < 0.1 ? 0 : 1 + (int) (Chance.at(own, 5) * 40)));
    }

    /** Snapshots, imports and the like in the same projects, of which a watcher of trainings takes no notice. */
    public static List<TaskScript> others(long seed, int projects, int tasksEach, Duration createdWithin) {
        return each(
                seed,
                projects,
                tasksEach,
                "other",
                (script, own) -> script.named(OTHERS[(int) (Chance.at(own, 0) * OTHERS.length)])
                        .createdAfter(between(Duration.ZERO, createdWithin, Chance.at(own, 1)))
                        .running(between(Duration.ofSeconds(1), Duration.ofSeconds(20), Chance.at(own, 2))));
    }

    /** @param made what becomes of a task, and the seed that is its own */
    private static List<TaskScript> each(
            long seed, int projects, int tasksEach, String name, BiFunction<TaskScript, Long, TaskScript> made) {
        List<TaskScript> scripts = new ArrayList<>(projects * tasksEach);
        for (int number = 0; number < projects * tasksEach; number++) {
            String project = "project-" + (1 + number / tasksEach);
            String task = String.format("%s-%03d", name, 1 + number % tasksEach);
            long own = Chance.seed(seed, (1 + number / tasksEach) + "/" + task);
            scripts.add(made.apply(TaskScript.of(project, task, Ending.COMPLETES), own));
        }
        return scripts;
    }

    private static Ending ending(double drawn) {
        if (drawn < 0.7) {
            return Ending.COMPLETES;
        }
        return drawn < 0.9 ? Ending.FAILS : Ending.CANCELLED_BY_OTHERS;
    }

    private static Duration between(Duration least, Duration most, double share) {
        return least.plusMillis(Math.round(most.minus(least).toMillis() * share));
    }
}
