/**
 * The core, to be read first: which jobs are due, what a look at one led to, how a job is cancelled, and when it is looked
 * at next. Enter by {@link io.trainwatch.watch.Leases}, which claims, and {@link io.trainwatch.watch.Outcomes} and
 * {@link io.trainwatch.watch.CancelIntents}, which commit.
 * A result is written only under the fence with which its job was claimed.
 */
package io.trainwatch.watch;
