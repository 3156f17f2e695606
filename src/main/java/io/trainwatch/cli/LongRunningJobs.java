package io.trainwatch.cli;

import io.trainwatch.simulator.Ending;
import io.trainwatch.simulator.JobScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many jobs that run for an hour and break no policy: for measuring how a schedule is kept. */
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
}
