/**
 * Puts Trainwatch together inside a Camel context. Enter by {@link io.trainwatch.TrainwatchPlugin}, which the service
 * loader finds; {@link io.trainwatch.TrainwatchBeans} makes the objects of the core that the routes name,
 * {@link io.trainwatch.Features} lists what is optional, and {@link io.trainwatch.TrainwatchSettings} every setting.
 */
package io.trainwatch;
