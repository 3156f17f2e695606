package io.trainwatch.rules;

import java.time.Instant;

/**
 * A limit of the policy that a job has passed.
 *
 * @param rule the id of the rule, such as {@code max-cpu}, {@code max-memory}, {@code max-stagnation}
 * @param level what follows from it
 * @param observed in the unit of the limit: percent, that of a metric, or seconds
 * @param since from when on it was so
 * @param meaning what the rule says, for people, such as {@code CPU above 95 %, 4 of 5}
 * @param window how many readings it takes, such as {@code 4 of 5}; {@code null} where the rule knows no window
 * @param evidence what was seen in the window, for people; {@code null} without one
 */
public record Breach(
        String rule,
        Level level,
        double observed,
        double limit,
        Instant since,
        String meaning,
        String window,
        String evidence) {

    /** A breach of a rule that knows no window. */
    public Breach(String rule, Level level, double observed, double limit, Instant since, String meaning) {
        this(rule, level, observed, limit, since, meaning, null, null);
    }

    /**
     * What an order to cancel is kept as: nothing was observed and no limit passed, so that both are NaN.
     *
     * @param by who ordered it, in place of the rule
     */
    public static Breach ordered(String by, Instant at, String meaning) {
        return new Breach(by, Level.CANCEL, Double.NaN, Double.NaN, at, meaning);
    }
}
