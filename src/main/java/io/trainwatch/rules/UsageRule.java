package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Limit.Side;
import io.trainwatch.rules.Rule.Finding;
import io.trainwatch.rules.Rule.RuleInput;
import io.trainwatch.rules.Window.CountWindow;
import java.time.Duration;
import java.util.Locale;

/**
 * A limit on a percentage that a running job uses of its machine; at the limit is within it. CPU and memory are two records,
 * since recorded policies name them by two types.
 */
public sealed interface UsageRule extends Rule {

    /** Percent, 0 to 100. */
    double above();

    @Override
    Window window();

    /** For how long from the start of its run a job is not judged; {@code null} for no time. */
    Duration warmUp();

    /** What is used, in words. */
    String resource();

    /** How much of it is used; {@code null} where the tenant does not say. */
    Double in(ResourceUtilization used);

    @Override
    default String meaning() {
        return resource() + " above " + Arguments.plain(above()) + " %, " + window();
    }

    @Override
    default String offence() {
        return "use more than " + Arguments.plain(above()) + " % " + resource() + " " + window().inWords() + " (" + id()
                + ")";
    }

    @Override
    default Bound bound() {
        return new Bound(resource().toLowerCase(Locale.ROOT), above(), Bound.PERCENT);
    }

    @Override
    default Finding check(RuleInput input, RuleMemory before) {
        Double used = in(input.status().resourceUtilization());
        return used == null
                ? Finding.nothing(before)
                : Limit.ofPercent(above(), window()).check(this, input, before, used, warmUp());
    }

    record CpuRule(
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

    record MemoryRule(
            String id,
            Level level,
            @JsonProperty(required = true) double above,
            Window window,
            @JsonInclude(JsonInclude.Include.NON_NULL) Duration warmUp)
            implements UsageRule {

        public MemoryRule {
            id = Arguments.or(id, "max-memory");
            level = Arguments.or(level, Level.CANCEL);
            window = Arguments.or(window, Window.DEFAULT);
            Arguments.percent(id, above);
        }

        /** A rule that judges from the first look on. */
        public MemoryRule(String id, Level level, double above, Window window) {
            this(id, level, above, window, null);
        }

        @Override
        public String resource() {
            return "memory";
        }

        @Override
        public Double in(ResourceUtilization used) {
            return used.memoryUsage();
        }
    }

    /**
     * GPU memory above the limit, where the tenant gives it; at the limit is within it.
     *
     * @param above 0 or more, in the unit in which the tenant gives it
     */
    record GpuMemoryRule(
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
}
