/**
 * Events and their way to receivers: at least once, in order for each job, signed. Enter by
 * {@link io.trainwatch.webhook.Outbox}; {@link io.trainwatch.webhook.TargetState} says when a receiver is left alone. Skip the
 * formats at first.
 */
package io.trainwatch.webhook;
