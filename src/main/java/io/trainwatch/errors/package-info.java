/**
 * What goes wrong, as words and as routes handle it. Enter by {@link io.trainwatch.errors.ErrorHandling} for the routes' rules,
 * {@link io.trainwatch.errors.RepeatedFaults} for the log, and {@link io.trainwatch.errors.Words} for what people read.
 */
package io.trainwatch.errors;
