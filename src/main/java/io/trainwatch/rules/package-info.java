/**
 * Policies as they are written: read from YAML files, checked against the schema that ships, and handed out by job.
 *
 * <p>What a policy means is in {@code verdict}; here is which one counts for which job, and whether a cancel that it calls
 * for is to be sent.
 */
package io.trainwatch.rules;
