/**
 * Fills in what a tenant's API does not tell of a job, from Prometheus. Enter by
 * {@link io.trainwatch.optional.prometheus.Figures}.
 */
package io.trainwatch.optional.prometheus;
