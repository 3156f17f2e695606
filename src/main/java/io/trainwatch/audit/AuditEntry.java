package io.trainwatch.audit;

import java.time.Instant;

/**
 * What is recorded, before it has its place in the chain.
 *
 * @param details a JSON object in one line
 */
public record AuditEntry(
        Instant at, String tenant, String projectId, String jobId, AuditAction action, String details) {

    /** What is about no job, and of no tenant. */
    public static AuditEntry ofNoJob(Instant at, AuditAction action, String details) {
        return new AuditEntry(at, "", "", "", action, details);
    }
}
