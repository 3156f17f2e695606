package io.trainwatch.rules;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.job.RuleMemory;
import java.time.Duration;
import java.time.Instant;

/**
 * A job that will run for too long: nine of ten jobs like it end after the deadline. It only warns, since nobody knows.
 *
 * @param within from the start of the job to its deadline, more than 0
 */
public record EtaRule(String id, Level level, Duration within) implements Rule {

    public EtaRule {
        id = Arguments.or(id, "eta");
        level = Arguments.or(level, Level.WARN);
        Arguments.positive(id, within);
        if (level != Level.WARN) {
            throw new IllegalArgumentException(id + ": an expected end only warns; write level: warn");
        }
    }

    @Override
    public String meaning() {
        return "is expected to run for more than " + Arguments.plain(within);
    }

    @Override
    public Bound bound() {
        return Bound.within("duration", within);
    }

    @Override
    public Finding check(RuleInput sight, RuleMemory before) {
        RuleMemory after = (before.since() == null ? before.since(sight.now()) : before).plus(false, sight.now());
        ExpectedEnd end = sight.observed().expectedEnd();
        Instant start = sight.start(after.since());
        Duration running = end == null ? Duration.ZERO : Duration.between(start, end.from());
        return Finding.of(
                after,
                running.compareTo(within) > 0,
                () -> new Breach(id, level, Arguments.seconds(running), Arguments.seconds(within), start, meaning()));
    }
}
