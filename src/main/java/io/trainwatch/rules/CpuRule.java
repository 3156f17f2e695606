package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.job.ResourceUtilization;
import java.time.Duration;

/**
 * CPU above the limit; at the limit is within it.
 *
 * @param above percent, 0 to 100
 * @param warmUp for how long from the start of its run a job is not judged; {@code null} for no time
 */
public record CpuRule(
        String id,
        Level level,
        @JsonProperty(required = true) double above,
        Window window,
        @JsonInclude(JsonInclude.Include.NON_NULL) Duration warmUp)
        implements UsageRule {

    public CpuRule {
        id = Arguments.or(id, "max-cpu");
        level = Arguments.or(level, Level.CANCEL);
        window = Arguments.or(window, Window.DEFAULT);
        Arguments.percent(id, above);
    }

    /** A rule that judges from the first look on. */
    public CpuRule(String id, Level level, double above, Window window) {
        this(id, level, above, window, null);
    }

    @Override
    public String resource() {
        return "CPU";
    }

    @Override
    public Double in(ResourceUtilization used) {
        return used.cpuUsage();
    }
}
