package io.trainwatch.job;

import java.time.Instant;

/**
 * A job of a list that may be the training which somebody asked for.
 *
 * @param createdAt by the tenant's clock; {@code null} where it does not tell
 * @param certain whether it says itself that it trains what was asked for; else only its kind fits
 * @param ended whether it has ended
 */
public record ListedTraining(String jobId, Instant createdAt, boolean certain, boolean ended) {}
