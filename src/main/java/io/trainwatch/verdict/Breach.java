package io.trainwatch.verdict;

import java.time.Instant;

/**
 * A limit of the policy that a job has passed.
 *
 * @param rule the name of the rule, that of its key: {@code max-cpu}, {@code max-memory}, {@code max-stagnation}
 * @param observed in the unit of the limit: percent, or seconds for stagnation
 * @param since from when on it was so
 */
public record Breach(String rule, double observed, double limit, Instant since) {}
