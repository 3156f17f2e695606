package io.trainwatch.audit;

import io.trainwatch.errors.Outage;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.store.Store;
import io.trainwatch.store.StoreClock;
import io.trainwatch.store.StoreUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Route;
import org.apache.camel.Variable;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns journal rows into lines of the audit file, in order, none twice and none missing.
 *
 * <p>Three steps, each of which may be the last before a crash: {@link #next} gives rows their place in the chain and
 * commits that; camel-file appends the lines; {@link #written} forces the file to disk and then removes the rows. After
 * a crash the same rows give the same bytes, because place and chain are in the store, and the end of the file shows
 * which of them it has already. A half-written last line is cut off first.
 *
 * <p>Where the file cannot be written or is not what it was, the rows wait. One node exports for all ({@link WriterLease}). Used
 * by one route, on one thread at a time.
 */
public final class AuditExport {

    private static final Logger LOG = LoggerFactory.getLogger(AuditExport.class);
    /** Somebody who took the file away by mistake has so long to bring it back. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String NAME = "The audit";
    private static final long COUNT_EVERY_NANOS = 500_000_000L;

    private final Store store;
    private final AuditOptions options;
    private final Journal journal;
    private final AuditHealth health;
    private final RepeatedFaults faults;
    private final InstantSource clock;
    private final WriterLease lease;
    final AuditFolder folder;
    private final ChainAppender appender;
    private final Reconciliation reconciliation;
    private boolean reconciled;
    private boolean stopping;
    private Instant strangeSince;
    private long countedAt = System.nanoTime() - COUNT_EVERY_NANOS;

    /** @param node names this process; two processes must never share it */
    public AuditExport(
            Store store,
            String node,
            AuditOptions options,
            Journal journal,
            AuditHealth health,
            RepeatedFaults faults,
            InstantSource clock) {
        this.store = store;
        this.options = options;
        this.journal = journal;
        this.health = health;
        this.faults = faults;
        this.clock = clock;
        this.lease = new WriterLease(store, node, clock);
        this.folder = new AuditFolder(options.directory());
        this.appender = new ChainAppender(store, options, folder, lease, clock);
        this.reconciliation = new Reconciliation(store, options, folder, appender, health, clock);
    }

    /** How far ahead the end of the writer's lease may lie. */
    public static KeptTimes.Longest longestLease() {
        return new KeptTimes.Longest("duty", "lease_until", "name = 'audit-export'", WriterLease.LENGTH);
    }

    /**
     * Rows that were given their place, and their lines.
     *
     * @param bytes the lines as they are appended, each with its newline. Not to be changed
     */
    public record Group(List<AuditLine> lines, Path file, byte[] bytes) {

        static Group of(List<AuditLine> lines, Path file) {
            ByteArrayOutputStream all = new ByteArrayOutputStream(lines.size() * 512);
            for (AuditLine line : lines) {
                all.writeBytes(line.bytes());
                all.write('\n');
            }
            return new Group(List.copyOf(lines), file, all.toByteArray());
        }
    }

    /**
     * Sets the body to the next {@link Group}, or to {@code null} where there is nothing to write or another node does it.
     *
     * @throws IOException where the file cannot be written, or is not what it was
     */
    public void next(Message message) throws IOException {
        message.setBody(null);
        folder.freeSpare();
        WriterLease.State mine = lease.state(health.failure().isEmpty());
        if (mine == WriterLease.State.ELSEWHERE) {
            reconciled = false;
            folder.close();
            Optional<AuditHealth.Failure> there = store.read(ChainStore::failure);
            health.elsewhere(there);
            countWaiting(there.isPresent());
            return;
        }
        if (mine == WriterLease.State.MINE_ANEW) {
            reconciled = false;
        }
        folder.lock();
        lookAtFile();
        if (!reconciled) {
            reconciliation.run();
            reconciled = true;
        }
        Optional<Group> group = appender.next(stopping);
        if (group.isPresent()) {
            message.setBody(group.get());
            message.setHeader(
                    Exchange.FILE_NAME, group.get().file().getFileName().toString());
        } else {
            good();
        }
    }

    /** Forces the lines of the group to disk; only then are the rows gone. */
    public void written(@Variable("lines") Group group) throws IOException {
        folder.appended(group.file(), group.bytes().length);
        appender.settle(group);
        good();
    }

    /** Says that the lines could not be written, wholly or partly: the next group starts with a look at the file. */
    public void failed(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        failed(cause == null ? new IOException("unknown") : cause);
    }

    void failed(Throwable cause) {
        reconciled = false;
        folder.distrust();
        Instant now = clock.instant();
        String reason = reason(cause);
        boolean isNews = health.failure()
                .map(AuditHealth.Failure::reason)
                .filter(reason::equals)
                .isEmpty();
        health.failed(now, reason);
        if (Outage.isOfDatabase(cause)) {
            faults.happened(NAME, cause);
        } else {
            faults.happened(
                    NAME,
                    "it cannot be written to " + options.directory().toAbsolutePath() + ": " + reason
                            + ". Its rows wait in the store, and no job is cancelled; free the disk or mend the folder.");
        }
        try {
            if (isNews) {
                ChainStore.in(store, handle -> ChainStore.failed(handle, health.failure()));
            }
            countWaiting(true);
        } catch (RuntimeException e) {
            // The store may be on the same disk. This node knows; the others will find their rows waiting.
            LOG.debug("The store could not record that the audit fails", e);
        }
    }

    /** From now on what is written ends with a checkpoint. */
    void stopping() {
        stopping = true;
    }

    /** Lets another node write. */
    void end() {
        try {
            folder.close();
            if (health.failure().isEmpty()) {
                lease.release();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("The lease could not be released; it lapses", e);
        }
    }

    private void lookAtFile() throws IOException {
        Optional<String> strange = reconciled || strangeSince != null ? folder.whatHappened() : Optional.empty();
        if (strange.isEmpty()) {
            if (strangeSince != null) {
                strangeSince = null;
                reconciled = false;
            }
            folder.probe();
            return;
        }
        Instant now = StoreClock.of(clock).steady().instant();
        strangeSince = strangeSince == null ? now : strangeSince;
        if (now.isBefore(strangeSince.plus(PATIENCE))) {
            throw new AuditFault(strange.get());
        }
        strangeSince = null;
        reconciled = false;
    }

    private void good() {
        if (health.failure().isPresent()) {
            ChainStore.in(store, handle -> ChainStore.failed(handle, Optional.empty()));
            journal.full(false);
        }
        health.written();
        folder.keepSpare();
        faults.works(NAME);
    }

    /** Only where the file cannot be written is there a bound: a burst is over soon, and is kept. */
    private void countWaiting(boolean failing) {
        if (!failing) {
            journal.full(false);
        } else if (System.nanoTime() - countedAt > COUNT_EVERY_NANOS) {
            journal.full(journal.unexported() >= options.maxWaiting());
            countedAt = System.nanoTime();
        }
    }

    private static String reason(Throwable failure) {
        return Outage.causes(failure)
                .filter(AuditFault.class::isInstance)
                .findFirst()
                .map(Throwable::getMessage)
                .orElseGet(() -> Words.why(failure));
    }

    /**
     * Writes what is left when the route stops, and a checkpoint behind it, through the endpoint that the route uses. By then
     * no other route is at work, so that nothing comes behind the checkpoint.
     */
    public static final class FinalFlush extends RoutePolicySupport {

        private static final Logger LOG = LoggerFactory.getLogger(FinalFlush.class);
        /** More lines than these wait for the next start. */
        private static final int MOST_GROUPS = 50;

        private final AuditExport export;
        private final CamelContext context;

        public FinalFlush(AuditExport export, CamelContext context) {
            this.export = export;
            this.context = context;
        }

        @Override
        public void onStop(Route route) {
            export.stopping();
            try {
                boolean more = true;
                for (int i = 0; more && i < MOST_GROUPS; i++) {
                    more = writeNext();
                }
            } catch (StoreUnavailable e) {
                LOG.debug("The store never opened, so that nothing waits in it", e);
            } catch (Exception e) {
                LOG.warn("The last lines of the audit wait in the store for the next start: {}", Words.why(e));
            } finally {
                export.end();
            }
        }

        private boolean writeNext() throws Exception {
            Exchange exchange = context.getEndpoint(endpoint()).createExchange();
            export.next(exchange.getMessage());
            AuditExport.Group group = exchange.getMessage().getBody(AuditExport.Group.class);
            if (group == null) {
                return false;
            }
            exchange.getMessage().setBody(group.bytes());
            Exchange sent = context.createFluentProducerTemplate()
                    .to(endpoint())
                    .withExchange(exchange)
                    .send();
            if (sent.getException() != null) {
                throw sent.getException();
            }
            export.written(group);
            return true;
        }

        private String endpoint() {
            return "file:" + context.resolvePropertyPlaceholders("{{trainwatch.audit.directory}}")
                    + "?fileExist=Append&allowNullBody=false";
        }
    }
}
