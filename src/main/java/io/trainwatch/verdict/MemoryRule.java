package io.trainwatch.verdict;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import java.time.Instant;
import java.util.Optional;

/** Memory above the limit; at the limit is within it. */
final class MemoryRule implements Rule {
    @Override
    public Optional<Breach> check(JobStatus status, Observed observed, Policy policy, Instant now) {
        Double memory = status.resourceUtilization().memoryUsage();
        return memory != null && memory > policy.maxMemory()
                ? Optional.of(new Breach("max-memory", memory, policy.maxMemory(), now))
                : Optional.empty();
    }
}
