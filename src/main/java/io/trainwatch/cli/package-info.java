/**
 * The commands of {@code bin/trainwatch}. Enter by {@link io.trainwatch.cli.TrainwatchCommand}, which lists them.
 */
package io.trainwatch.cli;
