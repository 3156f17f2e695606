package io.trainwatch.job;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What one rule of a policy keeps of the readings that it has judged: enough to go on from, never the readings
 * themselves. Immutable; about 80 bytes in the store, however long the job runs.
 *
 * @param rule a hash of what the rule says; judgements by another limit or window must not count for this one
 * @param readings how many judgements are kept, 0 to {@value #MAX_READINGS}
 * @param over the judgements, a bit each, the latest lowest: whether the reading was over the limit
 * @param sum a cumulative sum, 0 or more
 * @param last what the latest reading counted in that sum
 * @param best the value that later ones are compared with; {@code null} where there is none
 * @param since from when on it has been so; {@code null} where it is not so
 * @param at when the latest reading was taken, to the millisecond; {@code null} before the first
 * @param run how many readings in a row were equal to the last digit, the latest among them; 0 where nobody counts
 * @param repeats the share of late readings that were equal to the one before, 0 to 1
 */
public record RuleMemory(
        int rule,
        int readings,
        long over,
        double sum,
        double last,
        Double best,
        Instant since,
        Instant at,
        int run,
        double repeats) {

    /** One bit each in a {@code long}. */
    public static final int MAX_READINGS = Long.SIZE;

    private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

    public RuleMemory {
        since = stored(since);
        at = stored(at);
    }

    /** Where nobody counts equal readings. */
    public RuleMemory(
            int rule, int readings, long over, double sum, double last, Double best, Instant since, Instant at) {
        this(rule, readings, over, sum, last, best, since, at, 0, 0);
    }

    /** Before the first reading. */
    public static RuleMemory none(int rule) {
        return new RuleMemory(rule, 0, 0, 0, 0, null, null, null);
    }

    /** This and one more judgement. */
    public RuleMemory plus(boolean isOver, Instant readAt) {
        return plus(isOver, readAt, sum, last, since);
    }

    /**
     * This and one more judgement, which changes the sum.
     *
     * @param counted what the reading counted in it
     * @param start from when on it has been so now
     */
    public RuleMemory plus(boolean isOver, Instant readAt, double newSum, double counted, Instant start) {
        return new RuleMemory(
                rule,
                Math.min(readings + 1, MAX_READINGS),
                over << 1 | (isOver ? 1 : 0),
                newSum,
                counted,
                best,
                start,
                readAt,
                run,
                repeats);
    }

    /** This, and a value that is compared with later ones, before it is judged. */
    public RuleMemory seen(double value, Instant seenAt, int inARow, double share) {
        return new RuleMemory(rule, readings, over, sum, last, value, since, seenAt, inARow, share);
    }

    /** This and one more that counts, without a judgement. */
    public RuleMemory oneMore() {
        return plus(false, at);
    }

    public RuleMemory since(Instant start) {
        return new RuleMemory(rule, readings, over, sum, last, best, start, at, run, repeats);
    }

    public RuleMemory sum(double newSum, double counted) {
        return new RuleMemory(rule, readings, over, newSum, counted, best, since, at, run, repeats);
    }

    public RuleMemory best(double value) {
        return new RuleMemory(rule, readings, over, sum, last, value, since, at, run, repeats);
    }

    /** This, seen again at this time without a judgement. */
    public RuleMemory at(Instant seenAt) {
        return new RuleMemory(rule, readings, over, sum, last, best, since, seenAt, run, repeats);
    }

    public RuleMemory equalReadings(int inARow, double share) {
        return new RuleMemory(rule, readings, over, sum, last, best, since, at, inARow, share);
    }

    /** Whether the latest reading was over the limit. */
    public boolean isOver() {
        return (over & 1) == 1;
    }

    /** How many of the latest {@code most} readings were over the limit. */
    public int overAmong(int most) {
        return Long.bitCount(most >= MAX_READINGS ? over : over & (1L << most) - 1);
    }

    /** As the store keeps it, in milliseconds, so that a restart changes no decision. */
    private static Instant stored(Instant instant) {
        if (instant == null || instant.isAfter(LATEST)) {
            return instant == null ? null : LATEST;
        }
        return instant.isBefore(EARLIEST) ? EARLIEST : instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
