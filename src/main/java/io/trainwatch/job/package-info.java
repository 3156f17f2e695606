/**
 * What a tenant says of a job, and what all looks at it add up to. Enter by {@link io.trainwatch.job.JobStatus} and
 * {@link io.trainwatch.job.Observed}. Values, and what reads them from JSON and writes them ({@code …Reader},
 * {@code …Mapper}, {@code …Json}): no Camel, no store, no clock.
 */
package io.trainwatch.job;
