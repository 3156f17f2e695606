package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.trainwatch.job.RuleMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many readings over a limit make a breach. Written {@code 4 of 5}, {@code 3m}, {@code cusum}, {@code cusum early} or
 * {@code cusum late}.
 *
 * <p>Every window keeps two promises, whatever its parameters: a reading within the limit is never a breach, and readings
 * that were all within the limit never add up to one.
 */
public sealed interface Window permits Window.CountWindow, Window.TimeWindow, CusumWindow {

    /** The tutorial's: a single reading. Cancels more than nine in ten healthy jobs where readings are noisy. */
    Window SINGLE = new CountWindow(1, 1);

    /** What counts where a rule is made without one. */
    Window DEFAULT = new CusumWindow(Double.NaN);

    /** What warns of a percentage where a policy says no other. */
    Window EARLY = new CusumWindow(CusumWindow.Tuning.EARLY, Double.NaN);

    /** What cancels for a percentage where a policy says no other. */
    Window LATE = new CusumWindow(CusumWindow.Tuning.LATE, Double.NaN);

    /** What is known after one more reading. */
    RuleMemory after(RuleMemory before, Reading reading);

    /** Whether the readings, of which the latest is over the limit, are a breach. */
    boolean isBroken(RuleMemory memory);

    /** What the memory holds of the readings that {@link #isBroken} goes by, for people. */
    String evidence(RuleMemory memory);

    /** How long a value has to be over the limit, for people: ends the sentence "is over the limit …". */
    String inWords();

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException with a message that ends the sentence "'…' …"
     */
    @JsonCreator
    static Window parse(String text) {
        Matcher count = Text.COUNT.matcher(text.strip());
        if (count.matches()) {
            return new CountWindow(Integer.parseInt(count.group(1)), Integer.parseInt(count.group(2)));
        }
        Matcher time = Text.TIME.matcher(text.strip());
        if (time.matches()) {
            return new TimeWindow(Duration.parse("PT" + time.group(1) + time.group(2)));
        }
        Matcher cusum = Text.CUSUM.matcher(text.strip());
        if (cusum.matches()) {
            String tuning = cusum.group(1) == null ? "PLAIN" : cusum.group(1).toUpperCase(Locale.ROOT);
            return new CusumWindow(
                    CusumWindow.Tuning.valueOf(tuning),
                    cusum.group(2) == null ? Double.NaN : Double.parseDouble(cusum.group(2)));
        }
        throw new IllegalArgumentException("is none of '4 of 5', '3m', 'cusum', 'cusum early' and 'cusum late'");
    }

    /** The form that {@link #parse} reads. */
    @JsonValue
    @Override
    String toString();

    /** The forms in which a window is written. */
    final class Text {
        private static final Pattern COUNT = Pattern.compile("(\\d{1,3}) +of +(\\d{1,3})");
        private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh])");
        private static final Pattern CUSUM =
                Pattern.compile("cusum(?: +(early|late))?(?: +(\\d{1,9}(?:\\.\\d{1,9})?))?");

        private Text() {}
    }

    /**
     * One valid value next to its limit. What is missing, stale or invalid never becomes one.
     *
     * @param at when it was taken
     * @param value as it was read
     * @param excess how far it is beyond the limit, 0 or less where it keeps it; in the unit of the limit
     * @param headroom how far it can get or is expected to get beyond the limit, in the same unit; NaN where nobody knows
     */
    record Reading(Instant at, double value, double excess, double headroom) {

        /** A tenth of the last digit that most tenants write below the ceiling counts as the ceiling. */
        private static final double CEILING_TOLERANCE = 0.05;

        /** Whether it is the most that can be read, as 100 percent is. */
        boolean isAtCeiling() {
            return excess >= headroom - CEILING_TOLERANCE;
        }

        boolean isOver() {
            return excess > 0;
        }
    }

    /**
     * So many of the latest readings over the limit, the very latest among them.
     *
     * @param over 1 to {@code of}
     * @param of at most {@value RuleMemory#MAX_READINGS}
     */
    record CountWindow(int over, int of) implements Window {

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

    /**
     * Every reading over the limit for a time, from the first of them to the latest.
     *
     * @param time whole seconds, 1 to those of a week
     */
    record TimeWindow(Duration time) implements Window {

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
            return "every reading was over the limit for "
                    + Arguments.plain(Duration.between(memory.since(), memory.at()));
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
}
