package io.trainwatch.demo;

import io.trainwatch.demo.simulator.Ending;
import io.trainwatch.demo.simulator.JobScript;
import io.trainwatch.demo.simulator.TaskEnding;
import io.trainwatch.demo.simulator.TaskScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many jobs or tasks that run for an hour and break no policy: for measuring how a schedule is kept. */
final class LongRunningJobs {

    private LongRunningJobs() {}

    static List<JobScript> scripts(int count) {
        List<JobScript> scripts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            scripts.add(JobScript.of("load", String.format("job-%05d", i), Ending.COMPLETES)
                    .running(Duration.ofHours(1)));
        }
        return scripts;
    }

    static List<TaskScript> tasks(int count) {
        List<TaskScript> scripts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            scripts.add(TaskScript.of("load", String.format("task-%05d", i), TaskEnding.DONE)
                    .running(Duration.ofHours(1)));
        }
        return scripts;
    }
}
