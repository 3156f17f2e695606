package io.trainwatch.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes audit files that are older than the retention; never one that was not verified just before.
 *
 * <p>Two steps, of which a crash may be between: first the whole folder is verified, with the keys at hand, a checkpoint
 * behind the file must speak for it, and the audit records that the file is removed; the file goes once that is on disk. So
 * the files that are left begin with a line whose {@code prev} the audit itself explains. Used by one route.
 */
public final class AuditRetention {

    private static final Logger LOG = LoggerFactory.getLogger(AuditRetention.class);
    /** A folder that does not verify is worth a word, but not every time. */
    private static final Duration TRY_AGAIN = Duration.ofHours(1);

    private final Store store;
    private final AuditOptions options;
    private final AuditHealth health;
    private final StoreClock clock;
    /** By the steady clock. */
    private Instant notBefore = Instant.MIN;

    public AuditRetention(Store store, AuditOptions options, AuditHealth health, InstantSource clock) {
        this.store = store;
        this.options = options;
        this.health = health;
        this.clock = StoreClock.of(clock);
    }

    /** Takes the next step with the oldest file, where one is due. */
    public void removeOld() throws IOException {
        Instant now = clock.instant();
        Optional<Duration> retention = options.retention();
        if (retention.isEmpty()
                || health.whyNot().isPresent()
                || clock.steady().instant().isBefore(notBefore)) {
            return;
        }
        List<AuditFolder.Known> known = store.read(handle -> ChainStore.files(handle, options.owner())).stream()
                .filter(file -> !file.isFaulty())
                .toList();
        if (known.size() < 2) {
            return;
        }
        AuditFolder.Known oldest = known.get(0);
        if (oldest.state().equals(AuditFolder.Known.REMOVING)) {
            remove(oldest);
        } else if (Instant.ofEpochMilli(oldest.lastAt()).plus(retention.get()).isBefore(now)) {
            announce(oldest, now);
        }
    }

    private void announce(AuditFolder.Known oldest, Instant now) throws IOException {
        AuditVerification.Result result =
                AuditVerification.verify(AuditVerification.Request.of(List.of(options.directory()))
                        .with(options.keys())
                        .with(Optional.of(() -> KnownLines.of(store))));
        long covered = options.keys().isEmpty() ? result.checkpointSeq() : result.provenSeq();
        if (!result.isWhole() || covered <= oldest.lastSeq()) {
            notBefore = clock.steady().instant().plus(TRY_AGAIN);
            LOG.warn(
                    "{} is older than trainwatch.audit.retention and is kept: {}",
                    oldest.name(),
                    result.fault().map(AuditVerification.Fault::text).orElse("no checkpoint speaks for all of it yet"));
            return;
        }
        ChainStore.in(store, handle -> {
            ChainStore.mark(handle, options.owner(), oldest.name(), AuditFolder.Known.REMOVING);
            Journal.insert(handle, AuditEntry.ofNoJob(now, AuditAction.AUDIT_FILES_REMOVED, Removal.details(oldest)));
        });
    }

    private void remove(AuditFolder.Known file) throws IOException {
        // Its checkpoint follows at once.
        boolean isOnDisk = store.read(
                handle -> handle.createQuery("select 1 from journal where action in (:removed, :checkpoint) limit 1")
                        .bind("removed", AuditAction.AUDIT_FILES_REMOVED.name())
                        .bind("checkpoint", AuditAction.CHECKPOINT.name())
                        .mapTo(Integer.class)
                        .findOne()
                        .isEmpty());
        if (isOnDisk) {
            Path path = options.directory().resolve(file.name());
            Files.deleteIfExists(path);
            AuditFile.forceFolder(options.directory());
            ChainStore.in(store, handle -> ChainStore.forget(handle, options.owner(), file.name()));
            LOG.info("Removed {}: verified, and older than trainwatch.audit.retention", file.name());
        }
    }

    /**
     * What the audit says of a file that retention took away: the chain goes on behind this line.
     *
     * @param seq the number of the line that says it
     * @param lastSeq the number of the file's last line
     * @param lastHash its hash
     */
    record Removal(long seq, long lastSeq, String lastHash) {

        static Optional<Removal> of(ParsedLine line) {
            JsonNode details = line.details();
            return line.isAction(AuditAction.AUDIT_FILES_REMOVED)
                            && details.path("last_seq").isIntegralNumber()
                    ? Optional.of(new Removal(
                            line.seq(),
                            details.path("last_seq").asLong(),
                            details.path("last_hash").asText()))
                    : Optional.empty();
        }

        static String details(AuditFolder.Known file) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("file", file.name())
                    .put("first_seq", file.firstSeq())
                    .put("last_seq", file.lastSeq())
                    .put("last_hash", file.lastHash())
                    .toString();
        }
    }
}
