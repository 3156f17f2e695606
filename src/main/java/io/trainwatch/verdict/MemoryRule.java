package io.trainwatch.verdict;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.status.RuleMemory;

/**
 * Memory above the limit; at the limit is within it.
 *
 * @param above percent, 0 to 100
 */
public record MemoryRule(
        String id,
        Level level,
        @JsonProperty(required = true) double above,
        Window window) implements Rule {

    public MemoryRule {
        id = Given.or(id, "max-memory");
        level = Given.or(level, Level.CANCEL);
        window = Given.or(window, Window.DEFAULT);
        Given.percent(id, above);
    }

    @Override
    public String meaning() {
        return "memory above " + Given.plain(above) + " %, " + window;
    }

    @Override
    public Finding check(Sight sight, RuleMemory before) {
        Double memory = sight.status().resourceUtilization().memoryUsage();
        if (memory == null) {
            return Finding.nothing(before);
        }
        Limit limit = Limit.ofPercent(above, window);
        return limit.judge(this, limit.after(before, memory, sight.now(), sight.gap()), memory);
    }
}
