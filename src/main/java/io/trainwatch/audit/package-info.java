/**
 * The record of what was done and why: rows in the store first, then lines of a file that are bound by hashes and signed.
 * Enter by {@link io.trainwatch.audit.Journal} for what is recorded, by {@link io.trainwatch.audit.AuditExport} for the file,
 * and by {@link io.trainwatch.audit.AuditVerification} for the check.
 */
package io.trainwatch.audit;
