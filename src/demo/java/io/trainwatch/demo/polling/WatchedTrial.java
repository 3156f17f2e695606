package io.trainwatch.demo.polling;

import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Observed;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import io.trainwatch.watch.LookReason;
import io.trainwatch.watch.NextLook;
import io.trainwatch.watch.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A simulated job that is looked at as the service looks at jobs. Not thread-safe. */
final class WatchedTrial {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SimulatedJob job;
    private final Schedule schedule;
    private Observed observed = Observed.none();
    private NextLook next;
    private int looks;
    private double delay;

    WatchedTrial(SimulatedJob job, Schedule schedule, double firstLook) {
        this.job = job;
        this.schedule = schedule;
        this.next = new NextLook(after(firstLook), LookReason.FIRST_LOOK);
    }

    static Instant after(double seconds) {
        return START.plusMillis((long) (seconds * 1000));
    }

    /** When the next look is due. */
    Instant due() {
        return next.at();
    }

    /** Takes a look; returns whether it found the job running. */
    boolean look(Instant now) {
        looks++;
        double seconds = Duration.between(START, now).toMillis() / 1000.0;
        if (seconds >= job.seconds()) {
            delay = seconds - job.seconds();
            return false;
        }
        JobStatus status = new JobStatus(
                "job",
                TrainingState.RUNNING,
                job.progress().applyAsDouble(seconds),
                List.of(),
                ResourceUtilization.UNKNOWN,
                null,
                null,
                0,
                null,
                false);
        observed = observed.after(status, now, next.why() == LookReason.NEAR_END);
        next = schedule.afterLook(now, observed, false);
        return true;
    }

    Observed observed() {
        return observed;
    }

    SimulatedJob job() {
        return job;
    }

    int looks() {
        return looks;
    }

    /** Seconds from the end to the look that found it. */
    double delay() {
        return delay;
    }
}
