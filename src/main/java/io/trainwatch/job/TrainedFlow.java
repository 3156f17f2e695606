package io.trainwatch.job;

import java.time.Instant;

/**
 * What a training trained, as the tenant names it.
 *
 * @param flow an id that is safe in a path
 * @param since when the training was created or began; {@code null} where the tenant does not tell
 */
public record TrainedFlow(String flow, Instant since) {}
