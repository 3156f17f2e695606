package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.job.Metric;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Limit.Side;
import io.trainwatch.rules.Rule.RuleInput;
import io.trainwatch.rules.Window.CountWindow;
import java.time.Duration;
import java.util.List;

/** A rule about a metric. Judges every sample once, by the time at which it was taken. */
public sealed interface MetricRule extends Rule {

    /** The longest time between two samples that follow each other, where a policy does not say. */
    Duration DEFAULT_GAP = Duration.ofMinutes(30);

    /** Its name, such as {@code loss}. */
    String metric();

    /** What one more sample says, whose value is finite. */
    Finding judge(Metric sample, RuleMemory before);

    @Override
    default Finding check(RuleInput input, RuleMemory before) {
        Finding finding = Finding.nothing(before);
        for (Metric sample : input.fresh(metric(), before)) {
            if (Double.isFinite(sample.value())) {
                finding = judge(sample, finding.memory());
            }
        }
        return finding;
    }

    /**
     * A metric above or below a limit.
     *
     * @param limit in the unit of the metric; at the limit is within it
     * @param gap the longest time between two samples that follow each other
     */
    record MetricLimitRule(
            String id,
            Level level,
            String metric,
            Side side,
            @JsonProperty(required = true) double limit,
            Window window,
            Duration gap)
            implements MetricRule {

        public MetricLimitRule {
            Arguments.named("metric", metric);
            side = Arguments.or(side, Side.ABOVE);
            id = Arguments.or(id, (side == Side.ABOVE ? "max-" : "min-") + metric);
            level = Arguments.or(level, Level.CANCEL);
            // A metric has no ceiling that the cumulative sum could know.
            window = Arguments.or(window, new CountWindow(6, 8));
            gap = Arguments.or(gap, DEFAULT_GAP);
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
        public Finding judge(Metric sample, RuleMemory before) {
            Limit rule = Limit.of(side, limit, window);
            return rule.judge(this, rule.after(before, sample.value(), sample.timestamp(), gap), sample.value());
        }
    }

    /**
     * A metric that is no number any more, as the loss of a training that has diverged.
     *
     * <p>Whatever the tenant wrote that is no finite number counts, {@code null} and text included.
     */
    record MetricFiniteRule(String id, Level level, String metric) implements MetricRule {

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

        /** Only the latest sample counts: a metric that has become a number again is one. */
        @Override
        public Finding check(RuleInput input, RuleMemory before) {
            List<Metric> fresh = input.fresh(metric, before);
            return fresh.isEmpty() ? Finding.nothing(before) : judge(fresh.get(fresh.size() - 1), before);
        }

        @Override
        public Finding judge(Metric sample, RuleMemory before) {
            return Finding.of(
                    before.plus(false, sample.timestamp()),
                    !Double.isFinite(sample.value()),
                    () -> new Breach(id, level, sample.value(), Double.NaN, sample.timestamp(), meaning()));
        }
    }

    /**
     * A metric that does not improve for a time, as measured by the times of its samples: while no sample comes, no time
     * passes.
     *
     * @param better which way it improves: {@code below} for a loss, {@code above} for an accuracy
     * @param minDelta the least improvement over the best value so far, 0 or more, in the unit of the metric; with 0, any
     * @param within more than 0; a breach as soon as it has passed
     * @param gap the longest time between two samples that follow each other; the time begins anew after a longer one
     */
    record MetricProgressRule(
            String id, Level level, String metric, Side better, double minDelta, Duration within, Duration gap)
            implements MetricRule {

        public MetricProgressRule {
            Arguments.named("metric", metric);
            better = Arguments.or(better, Side.BELOW);
            id = Arguments.or(id, "stagnant-" + metric);
            level = Arguments.or(level, Level.CANCEL);
            gap = Arguments.or(gap, DEFAULT_GAP);
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
        public Finding judge(Metric sample, RuleMemory before) {
            RuleMemory after = after(before, sample);
            Duration still = Duration.between(after.since(), after.at());
            return Finding.of(
                    after,
                    still.compareTo(within) >= 0,
                    () -> new Breach(
                            id, level, Arguments.seconds(still), Arguments.seconds(within), after.since(), meaning()));
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
    }
}
