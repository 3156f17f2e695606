/**
 * Puts Trainwatch together inside a Camel context. Enter by {@link io.trainwatch.TrainwatchPlugin}, which the service
 * loader finds; {@link io.trainwatch.TrainwatchBeans} makes the objects that the routes name, and
 * {@link io.trainwatch.TrainwatchSettings} lists every setting.
 */
package io.trainwatch;
