package io.trainwatch.audit;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the audit folder with the store: after a start, a failure, a change of duty, or when somebody touched the file.
 *
 * <p>What a crash left is mended silently. Where lines are gone that were on disk, or others were added, that is told in
 * the audit itself, in the log and to who asks for the health; the chain then goes on, behind the last line that the store
 * knows, in a new file. For one thread.
 */
final class Reconciliation {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
    private static final String KEPT = "KEPT";
    private static final String FAULTY = "FAULTY";

    private final Store store;
    private final AuditOptions options;
    private final AuditFolder folder;
    private final Placing placing;
    private final AuditHealth health;
    private final InstantSource clock;

    Reconciliation(
            Store store,
            AuditOptions options,
            AuditFolder folder,
            Placing placing,
            AuditHealth health,
            InstantSource clock) {
        this.store = store;
        this.options = options;
        this.folder = folder;
        this.placing = placing;
        this.health = health;
        this.clock = clock;
    }

    /** How the folder ends. */
    private record End(Path file, AuditFile.Tail tail) {}

    void run() throws IOException {
        store.read(ChainStore::lastFault).ifPresent(health::fault);
        List<Path> files = folder.files();
        folder.letGo();
        End end = new End(null, new AuditFile.Tail(0, AuditLine.FIRST_PREV, 0));
        for (int i = files.size() - 1; i >= 0 && end.tail.seq() == 0; i--) {
            end = new End(files.get(i), repaired(files.get(i)));
        }
        if (!files.isEmpty()) {
            folder.adopt(files.get(files.size() - 1));
        }
        End found = end;
        ChainStore.in(store, handle -> compare(handle, found));
    }

    /** Whether the file that was put in the place of the one being written ends as that did. */
    boolean isTheSame() throws IOException {
        Path file = folder.current().orElseThrow();
        if (!Files.isRegularFile(file) || Files.size(file) != folder.size()) {
            return false;
        }
        AuditChain exported = store.read(ChainStore::state).exported();
        AuditFile.Tail tail = AuditFile.tail(file);
        return tail.seq() == exported.seq() && tail.hash().equals(exported.hash());
    }

    /** Undoes what somebody did to the file that is being written, as far as that is possible, and tells it. */
    void mend(String strange) throws IOException {
        if (isTheSame()) {
            folder.adopt(folder.current().orElseThrow());
            return;
        }
        Optional<String> done = folder.cutBack();
        if (done.isEmpty()) {
            done = folder.putBack();
        }
        if (done.isPresent()) {
            String text = strange + "; " + done.get();
            ChainStore.in(store, handle -> tell(handle, text, "\"lines_lost\":0"));
        }
    }

    private AuditFile.Tail repaired(Path file) throws IOException {
        AuditFile.Tail tail = AuditFile.tail(file);
        if (tail.torn() == 0) {
            return tail;
        }
        if (store.read(ChainStore::state).placed().isEmpty()) {
            // Nothing of ours was under way.
            Path aside = folder.cutOff(file, tail.torn());
            String text = file.getFileName() + " held " + tail.torn() + " bytes behind line " + tail.seq()
                    + " that Trainwatch did not write; they were cut off and are kept as " + aside.getFileName();
            ChainStore.in(store, handle -> tell(handle, text, "\"lines_lost\":0"));
        } else {
            AuditFile.repair(file);
        }
        return AuditFile.tail(file);
    }

    private void compare(Handle handle, End end) {
        ChainState state = ChainStore.state(handle);
        AuditFile.Tail tail = end.tail;
        if (tail.seq() > state.exported().seq()) {
            goOnBehind(handle, state, tail);
            return;
        }
        List<AuditFolder.Known> known = ChainStore.files(handle, options.owner());
        if (end.file != null) {
            String name = end.file.getFileName().toString();
            known.stream()
                    .filter(file -> file.name().equals(name) && file.state().equals(FAULTY))
                    .forEach(file -> folder.leave(end.file));
        }
        List<AuditFolder.Known> missing = known.stream()
                .filter(file -> file.state().equals(KEPT) && isLost(file, tail))
                .toList();
        if (!missing.isEmpty()) {
            tellLost(handle, state, end, missing);
        }
    }

    private boolean isLost(AuditFolder.Known file, AuditFile.Tail tail) {
        if (file.lastSeq() > tail.seq()) {
            return true;
        }
        if (file.lastSeq() == tail.seq()) {
            return !file.lastHash().equals(tail.hash());
        }
        try {
            Path path = folder.directory().resolve(file.name());
            return !Files.exists(path) || Files.size(path) < file.bytes();
        } catch (IOException e) {
            return true;
        }
    }

    private void tellLost(Handle handle, ChainState state, End end, List<AuditFolder.Known> missing) {
        AuditFolder.Known last = missing.get(missing.size() - 1);
        AuditFile.Tail tail = end.tail;
        String text;
        String details;
        if (last.lastSeq() > tail.seq()) {
            text = "lines " + (tail.seq() + 1) + " to " + last.lastSeq() + " were on disk and are gone: "
                    + (end.file == null
                            ? "there is no audit file"
                            : end.file.getFileName() + " ends with line " + tail.seq())
                    + ", so lines were cut off, or an older file was put back";
            details = "\"lines_lost\":" + (last.lastSeq() - tail.seq()) + ",\"first_lost\":" + (tail.seq() + 1)
                    + ",\"last_lost\":" + last.lastSeq();
        } else if (last.lastSeq() == tail.seq()) {
            text = "line " + tail.seq() + " is not the one that was on disk: the file was written anew";
            details = "\"lines_lost\":0,\"first_changed\":" + tail.seq();
        } else {
            text = last.name() + ", which held lines " + last.firstSeq() + " to " + last.lastSeq()
                    + ", is gone or shorter than it was";
            details = "\"first_lost\":" + last.firstSeq() + ",\"last_lost\":" + last.lastSeq();
        }
        missing.forEach(file -> ChainStore.mark(handle, options.owner(), file.name(), FAULTY));
        if (end.file != null && last.lastSeq() >= tail.seq()) {
            folder.leave(end.file);
        }
        long row = tell(handle, text, details);
        if (state.placed().isEmpty()) {
            // The first line behind the gap tells of it.
            ChainStore.place(handle, Placed.of(options.form(), List.of(row)));
        }
    }

    private void goOnBehind(Handle handle, ChainState state, AuditFile.Tail tail) {
        List<AuditLine> placed = ChainStore.placedLines(handle, state);
        int ours = -1;
        for (int i = 0; i < placed.size(); i++) {
            if (placed.get(i).seq() == tail.seq() && placed.get(i).hash().equals(tail.hash())) {
                ours = i;
            }
        }
        if (ours >= 0) {
            placing.settle(handle, state, placed.subList(0, ours + 1), clock.instant());
            return;
        }
        ChainStore.goOnBehind(handle, new AuditChain(tail.seq(), tail.hash()), openTree(), clock.instant());
        tell(
                handle,
                "the file goes on to line " + tail.seq() + ", and the store knows lines up to "
                        + state.exported().seq()
                        + ": the store is older than the file, or somebody added lines",
                "\"store_line\":" + state.exported().seq() + ",\"file_line\":" + tail.seq());
    }

    /** The next checkpoint speaks for what stands behind the last one, whoever wrote it. */
    private MerkleTree openTree() {
        try {
            return AuditVerification.openTree(folder.files()).orElseGet(MerkleTree::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long tell(Handle handle, String text, String details) {
        Instant now = clock.instant();
        LOG.error("The audit is not what it was: {}. The chain goes on; see docs/audit.md.", text);
        health.fault(now + ": " + text);
        ChainStore.lastFault(handle, now + ": " + text);
        StringBuilder what = new StringBuilder();
        JsonStringEncoder.getInstance().quoteAsString(text, what);
        return Journal.insert(
                handle,
                AuditEntry.ofNoJob(now, AuditAction.AUDIT_FAULT, "{\"what\":\"" + what + "\"," + details + "}"));
    }
}
