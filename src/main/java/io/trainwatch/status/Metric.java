package io.trainwatch.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;

/**
 * One sample of a metric.
 *
 * @param unit {@code percent} where the tenant names none: it is the only unit that its API knows
 */
public record Metric(
        @JsonProperty("timestamp") @NotNull Instant timestamp,

        @JsonProperty("metric_name") @NotBlank @Size(max = 128)
        String name,

        @JsonProperty("value") @NotNull @Finite Double value,
        @JsonProperty("unit") @Size(max = 32) String unit) {

    public Metric {
        unit = unit == null ? "percent" : unit;
    }
}
