package io.trainwatch.rules;

import io.trainwatch.job.Metric;
import io.trainwatch.job.RuleMemory;
import java.time.Duration;

/**
 * A metric that does not improve for a time, as measured by the times of its samples: while no sample comes, no time
 * passes.
 *
 * @param metric its name, such as {@code loss}
 * @param better which way it improves: {@code below} for a loss, {@code above} for an accuracy
 * @param minDelta the least improvement over the best value so far, 0 or more, in the unit of the metric; with 0, any
 * @param within more than 0; a breach as soon as it has passed
 * @param gap the longest time between two samples that follow each other; the time begins anew after a longer one
 */
public record MetricProgressRule(
        String id, Level level, String metric, Side better, double minDelta, Duration within, Duration gap)
        implements Rule {

    public MetricProgressRule {
        Arguments.named("metric", metric);
        better = Arguments.or(better, Side.BELOW);
        id = Arguments.or(id, "stagnant-" + metric);
        level = Arguments.or(level, Level.CANCEL);
        gap = Arguments.or(gap, Samples.GAP);
        Arguments.notNegative(id + ": minDelta", minDelta);
        Arguments.positive(id, within);
        Arguments.positive(id + ": gap", gap);
    }

    @Override
    public String meaning() {
        String least = minDelta == 0 ? "" : " by at least " + Arguments.plain(minDelta);
        String way = better == Side.ABOVE ? " does not rise" : " does not fall";
        return metric + way + least + " for " + Arguments.plain(within);
    }

    @Override
    public Bound bound() {
        return Bound.within("metric:" + metric, within);
    }

    @Override
    public Finding check(RuleInput input, RuleMemory before) {
        Finding finding = Finding.nothing(before);
        for (Metric sample : Samples.fresh(input, metric, before)) {
            if (Double.isFinite(sample.value())) {
                finding = judge(after(finding.memory(), sample));
            }
        }
        return finding;
    }

    private RuleMemory after(RuleMemory before, Metric sample) {
        RuleMemory after = before.plus(false, sample.timestamp());
        if (before.best() == null || isImprovement(better.excess(sample.value(), before.best()))) {
            return after.best(sample.value()).since(sample.timestamp());
        }
        return Limit.hasGap(before, sample.timestamp(), gap) ? after.since(sample.timestamp()) : after;
    }

    private boolean isImprovement(double gain) {
        return gain > 0 && gain >= minDelta;
    }

    private Finding judge(RuleMemory after) {
        Duration still = Duration.between(after.since(), after.at());
        return Finding.of(
                after,
                still.compareTo(within) >= 0,
                () -> new Breach(
                        id, level, Arguments.seconds(still), Arguments.seconds(within), after.since(), meaning()));
    }
}
