package io.trainwatch.demo.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        List<TaskScript> scripts = new ArrayList<>(projects * tasksEach);
        for (int project = 1; project <= projects; project++) {
            for (int task = 1; task <= tasksEach; task++) {
                String name = String.format("task-%03d", task);
                long own = Chance.seed(seed, project + "/" + name);
                scripts.add(TaskScript.of("project-" + project, name, ending(Chance.at(own, 0)))
                        .createdAfter(between(Duration.ZERO, createdWithin, Chance.at(own, 1)))
                        .queued(between(Duration.ZERO, Duration.ofSeconds(2), Chance.at(own, 2)))
                        .running(between(shortest, longest, Chance.at(own, 3)))
                        .steps(Chance.at(own, 4) < 0.1 ? 0 : 1 + (int) (Chance.at(own, 5) * 40)));
            }
        }
        return scripts;
    }

    /** Snapshots, imports and the like in the same projects, of which a watcher of trainings takes no notice. */
    public static List<TaskScript> others(long seed, int projects, int tasksEach, Duration createdWithin) {
        List<TaskScript> scripts = new ArrayList<>(projects * tasksEach);
        for (int project = 1; project <= projects; project++) {
            for (int task = 1; task <= tasksEach; task++) {
                String name = String.format("other-%03d", task);
                long own = Chance.seed(seed, project + "/" + name);
                scripts.add(TaskScript.of("project-" + project, name, TaskEnding.DONE)
                        .named(OTHERS[(int) (Chance.at(own, 0) * OTHERS.length)])
                        .createdAfter(between(Duration.ZERO, createdWithin, Chance.at(own, 1)))
                        .running(between(Duration.ofSeconds(1), Duration.ofSeconds(20), Chance.at(own, 2))));
            }
        }
        return scripts;
    }

    private static TaskEnding ending(double drawn) {
        if (drawn < 0.7) {
            return TaskEnding.DONE;
        }
        return drawn < 0.9 ? TaskEnding.ERROR : TaskEnding.CANCELLED_BY_OTHERS;
    }

    private static Duration between(Duration least, Duration most, double share) {
        return least.plusMillis(Math.round(most.minus(least).toMillis() * share));
    }
}
