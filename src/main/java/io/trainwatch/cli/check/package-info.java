/**
 * What {@code check} tries before a service runs, and a service once it has started. Enter by
 * {@link io.trainwatch.cli.check.Preflight}.
 */
package io.trainwatch.cli.check;
