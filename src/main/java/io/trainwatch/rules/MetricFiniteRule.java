package io.trainwatch.rules;

import io.trainwatch.job.Metric;
import io.trainwatch.job.RuleMemory;
import java.util.List;

/**
 * A metric that is no number any more, as the loss of a training that has diverged.
 *
 * <p>Whatever the tenant wrote that is no finite number counts, {@code null} and text included.
 *
 * @param metric its name, such as {@code loss}
 */
public record MetricFiniteRule(String id, Level level, String metric) implements Rule {

    public MetricFiniteRule {
        Arguments.named("metric", metric);
        id = Arguments.or(id, "finite-" + metric);
        level = Arguments.or(level, Level.CANCEL);
    }

    @Override
    public String meaning() {
        return metric + " is not a finite number";
    }

    @Override
    public Bound bound() {
        return new Bound("metric:" + metric, null, null);
    }

    @Override
    public Finding check(RuleInput input, RuleMemory before) {
        List<Metric> fresh = Samples.fresh(input, metric, before);
        if (fresh.isEmpty()) {
            return Finding.nothing(before);
        }
        Metric latest = fresh.get(fresh.size() - 1);
        return Finding.of(
                before.plus(false, latest.timestamp()),
                !Double.isFinite(latest.value()),
                () -> new Breach(id, level, latest.value(), Double.NaN, latest.timestamp(), meaning()));
    }
}
