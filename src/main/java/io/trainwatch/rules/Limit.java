package io.trainwatch.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.trainwatch.job.RuleMemory;
import io.trainwatch.rules.Rule.Finding;
import io.trainwatch.rules.Rule.RuleInput;
import io.trainwatch.rules.Window.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A limit on a value that is read again and again.
 *
 * @param ceiling the most that the value can be; NaN where nobody knows
 */
public record Limit(Side side, double limit, double ceiling, Window window) {

    /** Percent of something, and so with a ceiling of 100. */
    public static Limit ofPercent(double limit, Window window) {
        return new Limit(Side.ABOVE, limit, 100, window);
    }

    /** @throws IllegalArgumentException where the window needs a ceiling, and there is none */
    static Limit of(Side side, double limit, Window window) {
        if (window instanceof CusumWindow cusum && !cusum.knowsHeadroom()) {
            throw new IllegalArgumentException(
                    "cusum needs a headroom where a value has no ceiling: write 'cusum 10' for 10 beyond the limit");
        }
        return new Limit(side, limit, Double.NaN, window);
    }

    /**
     * What is known after one more value.
     *
     * @param gap where more time than this lies between two values, those before do not count any more: nobody saw what
     *     the job did in the meantime
     */
    public RuleMemory after(RuleMemory before, double value, Instant at, Duration gap) {
        return window.after(
                withoutGap(before, at, gap), new Reading(at, value, side.excess(value, limit), ceiling - limit));
    }

    /**
     * What the rule finds in a look that read this value.
     *
     * @param warmUp for how long from the start of its run the job is not judged; {@code null} for no time
     */
    Finding check(Rule rule, RuleInput input, RuleMemory before, double value, Duration warmUp) {
        RuleMemory counts = withoutGap(before, input.now(), input.gap());
        if (warmUp != null && counts.readings() == 0) {
            Instant firstSeen = Arguments.or(counts.since(), input.now());
            if (input.runningFor(firstSeen).compareTo(warmUp) < 0) {
                return Finding.nothing(counts.since(firstSeen).at(input.now()));
            }
            counts = counts.since(null);
        }
        return judge(rule, after(counts, value, input.now(), input.gap()), value);
    }

    private static RuleMemory withoutGap(RuleMemory before, Instant at, Duration gap) {
        return hasGap(before, at, gap) ? RuleMemory.none(before.rule()) : before;
    }

    Finding judge(Rule rule, RuleMemory after, double value) {
        return Finding.of(
                after,
                window.isBroken(after),
                () -> new Breach(
                        rule.id(),
                        rule.level(),
                        value,
                        limit,
                        after.since(),
                        rule.meaning(),
                        window.toString(),
                        window.evidence(after)));
    }

    /** Whether too much time lies between the memory and the moment, or a clock was set back by as much. */
    static boolean hasGap(RuleMemory memory, Instant at, Duration gap) {
        return memory.at() != null && Duration.between(memory.at(), at).abs().compareTo(gap) > 0;
    }

    /** On which side of a limit a value is not allowed. At the limit is allowed on either. */
    public enum Side {
        @JsonProperty("above")
        ABOVE,
        @JsonProperty("below")
        BELOW;

        /** How far the value is on this side of the limit: more than 0 where it is, in the unit of both. */
        double excess(double value, double limit) {
            return this == ABOVE ? value - limit : limit - value;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
