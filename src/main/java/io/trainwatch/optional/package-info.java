/**
 * What an installation may do without. Enter by {@link io.trainwatch.optional.Feature}: each package below is one, and may
 * use the core but no other of them; {@code io.trainwatch.Features} lists those that are brought.
 */
package io.trainwatch.optional;
