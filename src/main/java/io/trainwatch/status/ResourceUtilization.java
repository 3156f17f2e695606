package io.trainwatch.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;

/**
 * What the job uses of its machine. The constraints are those of the {@code training} API; a figure that nobody tells is
 * {@code null}, and never counts as a breach.
 *
 * @param cpuUsage percent, 0 to 100
 * @param memoryUsage percent, 0 to 100
 * @param gpuMemoryUsed 0 or more; {@code null} where the tenant does not tell
 */
public record ResourceUtilization(
        @JsonProperty("cpu_usage") @NotNull @Finite @DecimalMin("0") @DecimalMax("100")
        Double cpuUsage,

        @JsonProperty("memory_usage") @NotNull @Finite @DecimalMin("0") @DecimalMax("100")
        Double memoryUsage,

        @JsonProperty("gpu_memory_used") @Finite @DecimalMin("0")
        Double gpuMemoryUsed) {

    /** Nothing is known. */
    public static final ResourceUtilization UNKNOWN = new ResourceUtilization(null, null, null);
}
