package io.trainwatch.rules;

import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import java.time.Duration;

/**
 * A job that waits in the queue for too long, from the look that first saw it wait: no tenant says since when.
 *
 * @param within more than 0; more than that is a breach
 */
public record QueueRule(String id, Level level, Duration within) implements Rule {

    public QueueRule {
        id = Arguments.or(id, "max-queue-time");
        level = Arguments.or(level, Level.CANCEL);
        Arguments.positive(id, within);
    }

    @Override
    public TrainingState state() {
        return TrainingState.QUEUED;
    }

    @Override
    public String meaning() {
        return "waits for more than " + Arguments.plain(within);
    }

    @Override
    public Bound bound() {
        return Bound.within("queue", within);
    }

    @Override
    public Finding check(RuleInput input, RuleMemory before) {
        RuleMemory after = (before.since() == null ? before.since(input.now()) : before).plus(false, input.now());
        Duration waiting = Duration.between(after.since(), input.now());
        return Finding.of(
                after,
                waiting.compareTo(within) > 0,
                () -> new Breach(
                        id, level, Arguments.seconds(waiting), Arguments.seconds(within), after.since(), meaning()));
    }
}
