package io.trainwatch.rules;

import io.trainwatch.job.RuleMemory;
import java.time.Duration;
import java.time.Instant;

/**
 * A job that runs for too long, from its start as the tenant says it, or else from the look that first saw it run.
 *
 * @param within more than 0; more than that is a breach
 */
public record DurationRule(String id, Level level, Duration within) implements Rule {

    public DurationRule {
        id = Arguments.or(id, "max-duration");
        level = Arguments.or(level, Level.CANCEL);
        Arguments.positive(id, within);
    }

    @Override
    public String meaning() {
        return "runs for more than " + Arguments.plain(within);
    }

    @Override
    public Bound bound() {
        return Bound.within("duration", within);
    }

    @Override
    public Finding check(RuleInput input, RuleMemory before) {
        RuleMemory after = (before.since() == null ? before.since(input.now()) : before).plus(false, input.now());
        Instant start = input.start(after.since());
        Duration running = Duration.between(start, input.now());
        return Finding.of(
                after,
                running.compareTo(within) > 0,
                () -> new Breach(id, level, Arguments.seconds(running), Arguments.seconds(within), start, meaning()));
    }
}
