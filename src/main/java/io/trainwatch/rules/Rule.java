package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.Metric;
import io.trainwatch.job.Observed;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.MetricRule.MetricFiniteRule;
import io.trainwatch.rules.MetricRule.MetricLimitRule;
import io.trainwatch.rules.MetricRule.MetricProgressRule;
import io.trainwatch.rules.TimeRule.DurationRule;
import io.trainwatch.rules.TimeRule.EtaRule;
import io.trainwatch.rules.TimeRule.QueueRule;
import io.trainwatch.rules.UsageRule.CpuRule;
import io.trainwatch.rules.UsageRule.GpuMemoryRule;
import io.trainwatch.rules.UsageRule.MemoryRule;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One limit of a policy. A value: what it has to remember between two looks is handed to it and taken from it.
 *
 * <p>What is missing, stale or invalid is never a breach.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CpuRule.class, name = "cpu"),
    @JsonSubTypes.Type(value = MemoryRule.class, name = "memory"),
    @JsonSubTypes.Type(value = GpuMemoryRule.class, name = "gpu-memory"),
    @JsonSubTypes.Type(value = StagnationRule.class, name = "stagnation"),
    @JsonSubTypes.Type(value = DurationRule.class, name = "duration"),
    @JsonSubTypes.Type(value = EtaRule.class, name = "eta"),
    @JsonSubTypes.Type(value = QueueRule.class, name = "queue"),
    @JsonSubTypes.Type(value = MetricLimitRule.class, name = "metric-limit"),
    @JsonSubTypes.Type(value = MetricFiniteRule.class, name = "metric-finite"),
    @JsonSubTypes.Type(value = MetricProgressRule.class, name = "metric-progress")
})
public sealed interface Rule permits UsageRule, UsageRule.GpuMemoryRule, StagnationRule, TimeRule, MetricRule {

    /** Names the rule in its policy, in events and in the audit. */
    String id();

    Level level();

    /** What the rule says, for people; another limit or window makes another meaning. */
    String meaning();

    /** The same in figures, for programs. */
    Bound bound();

    /** How many readings it takes; {@code null} where it goes by something else. */
    default Window window() {
        return null;
    }

    /** What jobs do that break it, for people: ends the sentence "jobs that …". */
    default String offence() {
        return "break " + id() + " (" + meaning() + ")";
    }

    /** The state that the rule is about. What a waiting job's machine does is not the job's doing. */
    default TrainingState state() {
        return TrainingState.RUNNING;
    }

    /**
     * What a rule sets a limit to.
     *
     * @param of such as {@code cpu}, {@code duration} or {@code metric:loss}
     * @param limit {@code null} where the rule has no figure
     * @param unit {@code null} where it has none, or nobody knows it
     */
    record Bound(String of, Double limit, String unit) {

        public static final String PERCENT = "percent";

        static Bound within(String of, Duration time) {
            return new Bound(of, Arguments.seconds(time), "seconds");
        }
    }

    /** @param before what {@link Finding#memory} was after the last look, or {@link RuleMemory#none} */
    Finding check(RuleInput input, RuleMemory before);

    /** What a rule found in a look, and what it remembers from now on. */
    record Finding(RuleMemory memory, Optional<Breach> breach) {

        static Finding nothing(RuleMemory memory) {
            return new Finding(memory, Optional.empty());
        }

        /** @param found what there is to report where it is so */
        static Finding of(RuleMemory memory, boolean isSo, Supplier<Breach> found) {
            return isSo ? new Finding(memory, Optional.of(found.get())) : nothing(memory);
        }
    }

    /**
     * What a rule judges: one status, and what the looks at the job add up to.
     *
     * @param observed what the looks add up to, this one included
     * @param gap the longest time between two looks that still follow each other
     * @param now when the look was judged
     */
    record RuleInput(JobStatus status, Observed observed, Duration gap, Instant now) {

        /** Since when the job runs: as the tenant says, else {@code otherwise}. */
        Instant start(Instant otherwise) {
            Instant start = observed.startedAt();
            // The beginning of 1970 is what a program writes that does not know.
            return start == null || !start.isAfter(Instant.EPOCH) ? otherwise : start;
        }

        /** For how long the job runs, at the least since it was first seen: the tenant's clock may be ahead. */
        Duration runningFor(Instant firstSeen) {
            Instant start = start(firstSeen);
            return Duration.between(start.isBefore(firstSeen) ? start : firstSeen, now);
        }

        /**
         * The samples of a metric that a rule has not judged yet: those taken after the latest that it has judged, oldest first,
         * so that none counts twice however often the tenant shows it. One from the future is left out: until that time came, it
         * would make all others look old.
         */
        List<Metric> fresh(String metric, RuleMemory memory) {
            Instant latest = now.plus(gap);
            return status.metrics().stream()
                    .filter(sample -> sample.name().equals(metric))
                    .filter(sample -> memory.at() == null || sample.timestamp().isAfter(memory.at()))
                    .filter(sample -> !sample.timestamp().isAfter(latest))
                    .sorted(Comparator.comparing(Metric::timestamp))
                    .toList();
        }
    }
}
