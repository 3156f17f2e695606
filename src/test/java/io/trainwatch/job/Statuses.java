package io.trainwatch.job;

import java.time.Instant;
import java.util.List;

/** Statuses for tests. */
public final class Statuses {

    private Statuses() {}

    /** A valid status of {@code job-1}, without metrics. */
    public static JobStatus of(TrainingState state, double progress, double cpu, double memory, Metric... metrics) {
        return new JobStatus(
                "job-1",
                state,
                progress,
                List.of(metrics),
                new ResourceUtilization(cpu, memory, null),
                Instant.parse("2026-01-01T00:00:00Z"),
                null,
                0,
                null,
                false);
    }

    /** A valid document. */
    public static String document() {
        return """
            {"job_id":"job-1","state":"RUNNING","progress_percent":41.5,
             "metrics":[{"timestamp":"2026-01-01T00:00:05Z","metric_name":"loss","value":0.25,"unit":"percent"}],
             "resource_utilization":{"cpu_usage":71.0,"memory_usage":60,"gpu_memory_used":12.5},
             "started_at":"2026-01-01T00:00:00Z","completed_at":null}""";
    }
}
