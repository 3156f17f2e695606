package io.trainwatch.audit;

import io.trainwatch.store.Store;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the audit is written and signed, as the store knows it.
 *
 * @param fault what was last found to be wrong with the files; {@code null} where nothing was
 * @param failure why it cannot be written; empty while it can
 * @param lastLine the number of the last line on disk; 0 before the first
 * @param lastLineAt when that was made; {@code null} where no file is known
 * @param waiting rows whose line is not on disk yet
 * @param oldestWaiting when the oldest of them was made; {@code null} where none waits
 * @param checkpoint the last line that a checkpoint speaks for; 0 for none
 * @param keyId of the key that signs; {@code null} without one
 */
public record AuditStatus(
        String fault,
        Optional<AuditHealth.Failure> failure,
        long lastLine,
        Instant lastLineAt,
        long waiting,
        Instant oldestWaiting,
        long checkpoint,
        String keyId) {

    public static AuditStatus of(Store store, AuditHealth health, AuditKeys keys) {
        return store.read(handle -> {
            ChainState state = ChainStore.state(handle);
            return new AuditStatus(
                    ChainStore.lastFault(handle).orElse(null),
                    health.failure(),
                    state.exported().seq(),
                    handle.createQuery("select max(last_at) from audit_file where last_seq > 0")
                            .mapTo(Long.class)
                            .findOne()
                            .map(Instant::ofEpochMilli)
                            .orElse(null),
                    handle.createQuery("select count(*) from journal")
                            .mapTo(Long.class)
                            .one(),
                    handle.createQuery("select at from journal order by id limit 1")
                            .mapTo(Long.class)
                            .findOne()
                            .map(Instant::ofEpochMilli)
                            .orElse(null),
                    state.checkpointSeq(),
                    keys.signer().map(AuditKey::id).orElse(null));
        });
    }
}
