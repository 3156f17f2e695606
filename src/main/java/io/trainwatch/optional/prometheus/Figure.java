package io.trainwatch.optional.prometheus;

import io.trainwatch.job.ResourceUtilization;
import java.util.Optional;

/** What can be asked of Prometheus about a job. */
enum Figure {
    CPU("cpu-query", true),
    MEMORY("memory-query", true),
    GPU_MEMORY("gpu-memory-query", false);

    /** Rates are extrapolated, so that a full processor is sometimes told as a little more than 100 %. */
    private static final double OVERSHOOT = 110;

    private final String key;
    private final boolean percent;

    Figure(String key, boolean percent) {
        this.key = key;
        this.percent = percent;
    }

    /** The last part of the setting. */
    String key() {
        return key;
    }

    Optional<String> query(PrometheusSettings settings) {
        return switch (this) {
            case CPU -> settings.cpuQuery();
            case MEMORY -> settings.memoryQuery();
            case GPU_MEMORY -> settings.gpuMemoryQuery();
        };
    }

    /** What the tenant tells; {@code null} where it does not. */
    Double of(ResourceUtilization told) {
        return switch (this) {
            case CPU -> told.cpuUsage();
            case MEMORY -> told.memoryUsage();
            case GPU_MEMORY -> told.gpuMemoryUsed();
        };
    }

    ResourceUtilization into(ResourceUtilization told, Double value) {
        return switch (this) {
            case CPU -> new ResourceUtilization(value, told.memoryUsage(), told.gpuMemoryUsed());
            case MEMORY -> new ResourceUtilization(told.cpuUsage(), value, told.gpuMemoryUsed());
            case GPU_MEMORY -> new ResourceUtilization(told.cpuUsage(), told.memoryUsage(), value);
        };
    }

    /** The value as a status can hold it; {@code null} where it cannot be this figure. */
    Double within(double value) {
        if (value < 0 || percent && value > OVERSHOOT) {
            return null;
        }
        return percent ? Math.min(value, 100) : value;
    }

    String range() {
        return percent ? "0 to 100" : "0 or more";
    }
}
