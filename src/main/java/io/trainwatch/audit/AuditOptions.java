package io.trainwatch.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the audit is written.
 *
 * @param directory holds the files; made when the first line is written
 * @param owner the node whose folder this is; empty where all nodes are on one machine
 * @param maxSize bytes of a file at most, unless one line is longer
 * @param retention how long a file is kept behind its last line; empty for ever
 * @param maxWaiting rows that wait for the file before observations are only counted
 */
public record AuditOptions(
        Path directory, String owner, AuditKeys keys, long maxSize, Optional<Duration> retention, int maxWaiting) {

    /** Without keys, with bounds that are seldom met. */
    public static AuditOptions in(Path directory) {
        return new AuditOptions(directory, "", AuditKeys.NONE, 256L << 20, Optional.empty(), 100_000);
    }

    public AuditOptions with(AuditKeys given) {
        return new AuditOptions(directory, owner, given, maxSize, retention, maxWaiting);
    }

    public AuditOptions withMaxSize(long bytes) {
        return new AuditOptions(directory, owner, keys, bytes, retention, maxWaiting);
    }

    public AuditOptions withRetention(Duration time) {
        return new AuditOptions(directory, owner, keys, maxSize, Optional.of(time), maxWaiting);
    }

    public AuditOptions withMaxWaiting(int rows) {
        return new AuditOptions(directory, owner, keys, maxSize, retention, rows);
    }

    public AuditOptions ownedBy(String node) {
        return new AuditOptions(directory, node, keys, maxSize, retention, maxWaiting);
    }
}
