package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.job.Metric;
import io.trainwatch.job.RuleMemory;
import java.time.Duration;

/**
 * A metric above or below a limit. Judges every sample once, by the time at which it was taken.
 *
 * @param metric its name, such as {@code loss}
 * @param limit in the unit of the metric; at the limit is within it
 * @param gap the longest time between two samples that follow each other
 */
public record MetricLimitRule(
        String id,
        Level level,
        String metric,
        Side side,
        @JsonProperty(required = true) double limit,
        Window window,
        Duration gap)
        implements Rule {

    public MetricLimitRule {
        Arguments.named("metric", metric);
        side = Arguments.or(side, Side.ABOVE);
        id = Arguments.or(id, (side == Side.ABOVE ? "max-" : "min-") + metric);
        level = Arguments.or(level, Level.CANCEL);
        // A metric has no ceiling that the cumulative sum could know.
        window = Arguments.or(window, new CountWindow(6, 8));
        gap = Arguments.or(gap, Samples.GAP);
        Arguments.finite(id, limit);
        Arguments.positive(id + ": gap", gap);
        Limit.of(side, limit, window);
    }

    @Override
    public String meaning() {
        return metric + " " + side + " " + Arguments.plain(limit) + ", " + window;
    }

    @Override
    public Bound bound() {
        return new Bound("metric:" + metric, limit, null);
    }

    @Override
    public Finding check(RuleInput input, RuleMemory before) {
        Limit rule = Limit.of(side, limit, window);
        Finding finding = Finding.nothing(before);
        for (Metric sample : Samples.fresh(input, metric, before)) {
            if (Double.isFinite(sample.value())) {
                RuleMemory after = rule.after(finding.memory(), sample.value(), sample.timestamp(), gap);
                finding = rule.judge(this, after, sample.value());
            }
        }
        return finding;
    }
}
