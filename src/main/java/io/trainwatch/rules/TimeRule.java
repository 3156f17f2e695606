package io.trainwatch.rules;

import io.trainwatch.job.ExpectedEnd;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.job.TrainingState;
import io.trainwatch.rules.Rule.RuleInput;
import java.time.Duration;
import java.time.Instant;

/** A limit on the time that a job takes for something. */
public sealed interface TimeRule extends Rule {

    /** More than 0; more than that is a breach. */
    Duration within();

    /**
     * From when on the time counts: the start of the job as the tenant says it, or else the look that first saw it so.
     *
     * @param firstSeen that look
     */
    default Instant start(RuleInput input, Instant firstSeen) {
        return input.start(firstSeen);
    }

    /** How much of the time has passed. */
    default Duration passed(RuleInput input, Instant start) {
        return Duration.between(start, input.now());
    }

    @Override
    default Bound bound() {
        return Bound.within("duration", within());
    }

    @Override
    default Finding check(RuleInput input, RuleMemory before) {
        RuleMemory after = (before.since() == null ? before.since(input.now()) : before).plus(false, input.now());
        Instant start = start(input, after.since());
        Duration passed = passed(input, start);
        return Finding.of(
                after,
                passed.compareTo(within()) > 0,
                () -> new Breach(
                        id(), level(), Arguments.seconds(passed), Arguments.seconds(within()), start, meaning()));
    }

    /** A job that runs for too long. */
    record DurationRule(String id, Level level, Duration within) implements TimeRule {

        public DurationRule {
            id = Arguments.or(id, "max-duration");
            level = Arguments.or(level, Level.CANCEL);
            Arguments.positive(id, within);
        }

        @Override
        public String meaning() {
            return "runs for more than " + Arguments.plain(within);
        }
    }

    /**
     * A job that will run for too long: nine of ten jobs like it end after the deadline. It only warns, since nobody knows.
     *
     * @param within from the start of the job to its deadline
     */
    record EtaRule(String id, Level level, Duration within) implements TimeRule {

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
        public Duration passed(RuleInput input, Instant start) {
            ExpectedEnd end = input.observed().expectedEnd();
            return end == null ? Duration.ZERO : Duration.between(start, end.from());
        }
    }

    /** A job that waits in the queue for too long, from the look that first saw it wait: no tenant says since when. */
    record QueueRule(String id, Level level, Duration within) implements TimeRule {

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
        public Instant start(RuleInput input, Instant firstSeen) {
            return firstSeen;
        }
    }
}
