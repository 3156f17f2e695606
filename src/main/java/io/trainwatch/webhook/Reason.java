package io.trainwatch.webhook;

import java.time.Instant;

/**
 * What a policy acted on.
 *
 * @param observed in the unit of the limit
 * @param since from when on it was so
 * @param withheld why it leads to no cancel, in a word such as {@code dry-run}; {@code null} where it does
 */
public record Reason(String rule, double observed, double limit, Instant since, String withheld) {

    /** What leads to a cancel. */
    public Reason(String rule, double observed, double limit, Instant since) {
        this(rule, observed, limit, since, null);
    }
}
