package io.trainwatch.webhook;

import java.time.Instant;

/**
 * What a policy acted on, or who ordered the cancel.
 *
 * @param rule the rule's id, or who ordered it, such as {@code interrupt}
 * @param observed in the unit of the limit; {@code null} where somebody ordered the cancel
 * @param limit {@code null} where somebody ordered the cancel
 * @param since from when on it was so
 * @param withheld why it leads to no cancel, in a word such as {@code dry-run}; {@code null} where it does
 */
public record Reason(String rule, Double observed, Double limit, Instant since, String withheld) {

    /** What leads to a cancel. */
    public Reason(String rule, Double observed, Double limit, Instant since) {
        this(rule, observed, limit, since, null);
    }
}
