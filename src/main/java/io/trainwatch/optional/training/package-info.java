/**
 * Starts trainings that the {@code watch} command orders, once each, and has them watched. Enter by
 * {@link io.trainwatch.optional.training.Trainings}.
 */
package io.trainwatch.optional.training;
