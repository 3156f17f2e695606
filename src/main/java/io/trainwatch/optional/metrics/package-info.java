/**
 * Metrics by Micrometer: into the registry of the host, or for Prometheus where Trainwatch runs on its own. Enter by
 * {@link io.trainwatch.optional.metrics.Metrics}.
 */
package io.trainwatch.optional.metrics;
