package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.job.RuleMemory;

/**
 * GPU memory above the limit, where the tenant gives it; at the limit is within it.
 *
 * @param above 0 or more, in the unit in which the tenant gives it
 */
public record GpuMemoryRule(
        String id,
        Level level,
        @JsonProperty(required = true) double above,
        Window window) implements Rule {

    public GpuMemoryRule {
        id = Arguments.or(id, "max-gpu-memory");
        level = Arguments.or(level, Level.CANCEL);
        // Without a unit there is no ceiling, which the cumulative sum would need.
        window = Arguments.or(window, new CountWindow(6, 8));
        Arguments.notNegative(id, above);
        Limit.of(Side.ABOVE, above, window);
    }

    @Override
    public String meaning() {
        return "GPU memory above " + Arguments.plain(above) + ", " + window;
    }

    @Override
    public Bound bound() {
        return new Bound("gpu_memory", above, null);
    }

    @Override
    public Finding check(RuleInput input, RuleMemory before) {
        Double used = input.status().resourceUtilization().gpuMemoryUsed();
        if (used == null) {
            return Finding.nothing(before);
        }
        return Limit.of(Side.ABOVE, above, window).check(this, input, before, used, null);
    }
}
