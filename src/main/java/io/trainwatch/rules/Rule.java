package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;

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
    @JsonSubTypes.Type(value = QueueRule.class, name = "queue"),
    @JsonSubTypes.Type(value = MetricLimitRule.class, name = "metric-limit"),
    @JsonSubTypes.Type(value = MetricFiniteRule.class, name = "metric-finite"),
    @JsonSubTypes.Type(value = MetricProgressRule.class, name = "metric-progress")
})
public sealed interface Rule
        permits CpuRule,
                MemoryRule,
                GpuMemoryRule,
                StagnationRule,
                DurationRule,
                QueueRule,
                MetricLimitRule,
                MetricFiniteRule,
                MetricProgressRule {

    /** Names the rule in its policy, in events and in the audit. */
    String id();

    Level level();

    /** What the rule says, for people; another limit or window makes another meaning. */
    String meaning();

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

    /** @param before what {@link Finding#memory} was after the last look, or {@link RuleMemory#none} */
    Finding check(RuleInput sight, RuleMemory before);
}
