package io.trainwatch.verdict;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** No progress for the longest time allowed, wherever the job stands still: at 0 percent or at 99. */
final class StagnationRule implements Rule {
    @Override
    public Optional<Breach> check(JobStatus status, Observed observed, Policy policy, Instant now) {
        Instant since = observed.progressSince();
        if (since == null) {
            return Optional.empty();
        }
        Duration still = Duration.between(since, now);
        return still.compareTo(policy.maxStagnation()) >= 0
                ? Optional.of(new Breach("max-stagnation", seconds(still), seconds(policy.maxStagnation()), since))
                : Optional.empty();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
