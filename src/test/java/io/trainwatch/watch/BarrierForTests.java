package io.trainwatch.watch;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.audit.AuditBarrier;
import io.trainwatch.audit.AuditEntry;
import java.util.Optional;

/** A barrier before what must be on record first; open unless a test closes it. */
final class BarrierForTests extends AuditBarrier {

    /** Why the audit cannot be written; {@code null} while it can. */
    volatile String closed;
    /** Why it cannot be written from the moment on at which a line is waited for. */
    volatile String closesOnWait;
    /** Whether lines that are waited for come. */
    volatile boolean onDisk = true;
    /** The one action whose lines do not come; {@code null} for none. */
    volatile AuditAction late;

    BarrierForTests() {
        super(null, null);
    }

    @Override
    public Optional<String> whyClosed() {
        return Optional.ofNullable(closed);
    }

    @Override
    public boolean isOnDisk(AuditEntry entry) {
        return onDisk && entry.action() != late;
    }

    @Override
    public Optional<String> awaitOnDisk(AuditEntry entry) {
        closed = closesOnWait == null ? closed : closesOnWait;
        return onDisk && entry.action() != late ? whyClosed() : Optional.of("its line is not on disk");
    }
}
