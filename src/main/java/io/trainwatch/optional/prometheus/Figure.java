package io.trainwatch.optional.prometheus;

import io.trainwatch.job.ResourceUtilization;
import java.util.Optional;
import java.util.function.Function;

/** What can be asked of Prometheus about a job. */
enum Figure {
    CPU("cpu-query", true, PrometheusSettings::cpuQuery, ResourceUtilization::cpuUsage),
    MEMORY("memory-query", true, PrometheusSettings::memoryQuery, ResourceUtilization::memoryUsage),
    GPU_MEMORY("gpu-memory-query", false, PrometheusSettings::gpuMemoryQuery, ResourceUtilization::gpuMemoryUsed);

    /** Rates are extrapolated, so that a full processor is sometimes told as a little more than 100 %. */
    private static final double OVERSHOOT = 110;

    private final String key;
    private final boolean percent;
    private final Function<PrometheusSettings, Optional<String>> query;
    private final Function<ResourceUtilization, Double> told;

    Figure(
            String key,
            boolean percent,
            Function<PrometheusSettings, Optional<String>> query,
            Function<ResourceUtilization, Double> told) {
        this.key = key;
        this.percent = percent;
        this.query = query;
        this.told = told;
    }

    /** The last part of the setting. */
    String key() {
        return key;
    }

    Optional<String> query(PrometheusSettings settings) {
        return query.apply(settings);
    }

    /** What the tenant tells; {@code null} where it does not. */
    Double of(ResourceUtilization used) {
        return told.apply(used);
    }

    ResourceUtilization into(ResourceUtilization others, Double value) {
        return switch (this) {
            case CPU -> new ResourceUtilization(value, others.memoryUsage(), others.gpuMemoryUsed());
            case MEMORY -> new ResourceUtilization(others.cpuUsage(), value, others.gpuMemoryUsed());
            case GPU_MEMORY -> new ResourceUtilization(others.cpuUsage(), others.memoryUsage(), value);
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
