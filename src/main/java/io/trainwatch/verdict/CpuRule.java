package io.trainwatch.verdict;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.status.RuleMemory;

/**
 * CPU above the limit; at the limit is within it.
 *
 * @param above percent, 0 to 100
 */
public record CpuRule(
        String id,
        Level level,
        @JsonProperty(required = true) double above,
        Window window) implements Rule {

    public CpuRule {
        id = Given.or(id, "max-cpu");
        level = Given.or(level, Level.CANCEL);
        window = Given.or(window, Window.DEFAULT);
        Given.percent(id, above);
    }

    @Override
    public String meaning() {
        return "CPU above " + Given.plain(above) + " %, " + window;
    }

    @Override
    public Finding check(Sight sight, RuleMemory before) {
        Double cpu = sight.status().resourceUtilization().cpuUsage();
        if (cpu == null) {
            return Finding.nothing(before);
        }
        Limit limit = Limit.ofPercent(above, window);
        return limit.judge(this, limit.after(before, cpu, sight.now(), sight.gap()), cpu);
    }
}
