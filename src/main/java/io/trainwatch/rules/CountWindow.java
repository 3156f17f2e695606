package io.trainwatch.rules;

import io.trainwatch.job.RuleMemory;

/**
 * So many of the latest readings over the limit, the very latest among them.
 *
 * @param over 1 to {@code of}
 * @param of at most {@value RuleMemory#MAX_READINGS}
 */
public record CountWindow(int over, int of) implements Window {

    public CountWindow {
        if (over < 1 || over > of || of > RuleMemory.MAX_READINGS) {
            throw new IllegalArgumentException("is not 'M of N' with 1 <= M <= N <= " + RuleMemory.MAX_READINGS);
        }
    }

    @Override
    public RuleMemory after(RuleMemory before, Reading reading) {
        RuleMemory after = before.plus(reading.isOver(), reading.at());
        if (after.overAmong(of) == 0) {
            return after.since(null);
        }
        return after.since() == null ? after.since(reading.at()) : after;
    }

    @Override
    public boolean isBroken(RuleMemory memory) {
        return memory.isOver() && memory.overAmong(of) >= over;
    }

    @Override
    public String evidence(RuleMemory memory) {
        return memory.overAmong(of) + " of the latest " + Math.min(of, memory.readings())
                + " readings were over the limit";
    }

    @Override
    public String inWords() {
        return of == 1 ? "at any look" : "at " + over + " of " + of + " looks";
    }

    @Override
    public String toString() {
        return over + " of " + of;
    }
}
