package io.trainwatch.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How an audit is written that is tried. */
public final class TestOptions {

    private TestOptions() {}

    /** Without keys, with bounds that are seldom met. */
    public static AuditOptions in(Path directory) {
        return in(directory, AuditKeys.NONE);
    }

    static AuditOptions in(Path directory, AuditKeys keys) {
        return new AuditOptions(directory, "", keys, 256L << 20, Optional.empty(), 100_000);
    }

    static AuditOptions maxSize(long bytes, AuditOptions of) {
        return new AuditOptions(of.directory(), of.owner(), of.keys(), bytes, of.retention(), of.maxWaiting());
    }

    static AuditOptions retention(Duration time, AuditOptions of) {
        return new AuditOptions(
                of.directory(), of.owner(), of.keys(), of.maxSize(), Optional.of(time), of.maxWaiting());
    }

    static AuditOptions maxWaiting(int rows, AuditOptions of) {
        return new AuditOptions(of.directory(), of.owner(), of.keys(), of.maxSize(), of.retention(), rows);
    }
}
