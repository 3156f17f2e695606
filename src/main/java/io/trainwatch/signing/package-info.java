/**
 * Keys that sign and check: checkpoints of the audit and deliveries of webhooks. Enter by {@link
 * io.trainwatch.signing.KeyForm}, which reads them.
 */
package io.trainwatch.signing;
