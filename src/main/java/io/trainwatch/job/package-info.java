/**
 * What a tenant says of a job, and what all looks at it add up to. Enter by {@link io.trainwatch.job.JobStatus} and
 * {@link io.trainwatch.job.Observed}. Values only: no Camel, no store, no clock.
 */
package io.trainwatch.job;
