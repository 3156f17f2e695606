package io.trainwatch.optional.discovery;

import io.trainwatch.job.JobStatus;
import io.trainwatch.watch.Look;

/**
 * A look that a list has brought about.
 *
 * @param status what the list says; {@code null} where the job is to be asked about on its own
 */
public record ListedLook(Look look, JobStatus status) {}
