/**
 * Adds to the end of a training what the tenant says of its quality. Enter by
 * {@link io.trainwatch.optional.report.Reports}.
 */
package io.trainwatch.optional.report;
