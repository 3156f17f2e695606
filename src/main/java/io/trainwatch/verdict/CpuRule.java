package io.trainwatch.verdict;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import java.time.Instant;
import java.util.Optional;

/** CPU above the limit; at the limit is within it. */
final class CpuRule implements Rule {
    @Override
    public Optional<Breach> check(JobStatus status, Observed observed, Policy policy, Instant now) {
        Double cpu = status.resourceUtilization().cpuUsage();
        return cpu != null && cpu > policy.maxCpu()
                ? Optional.of(new Breach("max-cpu", cpu, policy.maxCpu(), now))
                : Optional.empty();
    }
}
