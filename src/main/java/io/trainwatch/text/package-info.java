/**
 * Text of others made safe for logs, terminals and the audit, and hashes as text: enter by {@link
 * io.trainwatch.text.SafeText}.
 */
package io.trainwatch.text;
