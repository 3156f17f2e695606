/**
 * What the core says of its work to whoever measures it. Enter by {@link io.trainwatch.measure.Measures}.
 */
package io.trainwatch.measure;
