package io.trainwatch.webhook;

import java.time.Instant;

/**
 * What a policy acted on.
 *
 * @param observed in the unit of the limit
 * @param since from when on it was so
 */
public record Reason(String rule, double observed, double limit, Instant since) {}
