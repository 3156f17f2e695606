package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import java.time.Duration;

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
public sealed interface Rule
        permits UsageRule,
                GpuMemoryRule,
                StagnationRule,
                DurationRule,
                EtaRule,
                QueueRule,
                MetricLimitRule,
                MetricFiniteRule,
                MetricProgressRule {

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
}
