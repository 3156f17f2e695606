package io.trainwatch.rules;

import io.trainwatch.job.RuleMemory;
import java.time.Duration;

/**
 * Every reading over the limit for a time, from the first of them to the latest.
 *
 * @param time whole seconds, 1 to those of a week
 */
public record TimeWindow(Duration time) implements Window {

    private static final Duration MAX_TIME = Duration.ofDays(7);

    public TimeWindow {
        if (time.isZero() || time.isNegative() || time.compareTo(MAX_TIME) > 0 || time.getNano() != 0) {
            throw new IllegalArgumentException("is not a time in whole seconds of at most 168h");
        }
    }

    @Override
    public RuleMemory after(RuleMemory before, Reading reading) {
        RuleMemory after = before.plus(reading.isOver(), reading.at());
        if (!reading.isOver()) {
            return after.since(null);
        }
        return after.since() == null ? after.since(reading.at()) : after;
    }

    @Override
    public boolean isBroken(RuleMemory memory) {
        return memory.isOver()
                && memory.since() != null
                && Duration.between(memory.since(), memory.at()).compareTo(time) >= 0;
    }

    @Override
    public String evidence(RuleMemory memory) {
        return "every reading was over the limit for " + Arguments.plain(Duration.between(memory.since(), memory.at()));
    }

    @Override
    public String inWords() {
        return "for " + this;
    }

    @Override
    public String toString() {
        long seconds = time.toSeconds();
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
