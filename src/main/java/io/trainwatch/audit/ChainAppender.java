package io.trainwatch.audit;

import io.trainwatch.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Gives rows their place in the chain, with the checkpoints between them, and a file to go to; and takes them out of the
 * store when they are there. For one thread.
 */
final class ChainAppender {

    static final int MAX_LINES = 4_000;
    /** Lines without a checkpoint get one after this time. */
    static final Duration CHECKPOINT_AFTER = Duration.ofSeconds(60);

    private final Store store;
    private final AuditOptions options;
    private final AuditFolder folder;
    private final WriterLease lease;
    private final InstantSource clock;

    ChainAppender(Store store, AuditOptions options, AuditFolder folder, WriterLease lease, InstantSource clock) {
        this.store = store;
        this.options = options;
        this.folder = folder;
        this.lease = lease;
        this.clock = clock;
    }

    /**
     * The next lines to write.
     *
     * @param closing whether a checkpoint is to follow the last line, however few there are
     */
    Optional<AuditExport.Group> next(boolean closing) throws IOException {
        if (!hasWork(closing)) {
            return Optional.empty();
        }
        return Optional.ofNullable(ChainStore.withFiles(store::urgent, handle -> place(handle, closing)));
    }

    /** Takes the rows of lines that are on disk out of the store. */
    void settle(AuditExport.Group group) {
        Instant now = clock.instant();
        // A cancel waits for its line, and the line for this.
        store.urgent(handle -> {
            ChainState before = ChainStore.state(handle);
            boolean isNext = group.lines().get(0).seq() == before.exported().seq() + 1;
            // Otherwise this node was thought dead, and another one has come further.
            if (isNext) {
                settle(handle, before, group.lines(), group.file(), folder.size(), now);
            }
            return null;
        });
    }

    /**
     * Takes the rows of these lines out of the store.
     *
     * @param file where they are
     * @param bytes its length with them
     */
    void settle(Handle handle, ChainState before, List<AuditLine> lines, Path file, long bytes, Instant now) {
        ChainState after = before.after(lines, now.toEpochMilli());
        if (ChainStore.settle(handle, before, after)) {
            ChainStore.remember(
                    handle,
                    options.owner(),
                    new AuditFolder.Known(
                            file.getFileName().toString(),
                            lines.get(0).seq(),
                            after.exported().seq(),
                            after.exported().hash(),
                            bytes,
                            now.toEpochMilli(),
                            AuditFolder.Known.KEPT));
        }
    }

    private boolean hasWork(boolean closing) {
        long due = clock.instant().minus(CHECKPOINT_AFTER).toEpochMilli();
        return store.read(handle -> handle.select(
                        "select 1 from chain where id = 1 and (exists (select 1 from journal)"
                                + " or open_tree <> '' and (open_since <= ? or ?))",
                        due,
                        closing)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    private AuditExport.Group place(Handle handle, boolean closing) throws IOException {
        if (!lease.isHeld(handle)) {
            return null;
        }
        Instant now = clock.instant();
        ChainState state = ChainStore.state(handle);
        List<AuditLine> lines = state.placed().isEmpty()
                ? placeNext(handle, state, closing, now)
                : ChainStore.placedLines(handle, state);
        // Lines that were placed before a crash go to one file, whatever its size.
        return lines.isEmpty()
                ? null
                : AuditExport.Group.of(lines, fileFor(handle, now, lines.get(0).bytes().length));
    }

    private List<AuditLine> placeNext(Handle handle, ChainState state, boolean closing, Instant now)
            throws IOException {
        ChainStore.recordGap(handle, now);
        Iterator<ChainStore.Row> rows = ChainStore.oldest(handle, MAX_LINES).iterator();
        MerkleTree tree = state.openTree();
        boolean due = closing
                || tree.size() > 0
                        && state.openSince() <= now.minus(CHECKPOINT_AFTER).toEpochMilli();
        ChainState.End chain = state.exported();
        List<AuditLine> lines = new ArrayList<>();
        List<Long> ids = new ArrayList<>();
        long room = -1;
        while (true) {
            boolean full = tree.size() >= Checkpoint.MAX_LINES - 1;
            // Files go once a signature speaks for the line that records it.
            boolean removed =
                    !lines.isEmpty() && lines.get(lines.size() - 1).action() == AuditAction.AUDIT_FILES_REMOVED;
            ChainStore.Row row;
            if (full || removed || !rows.hasNext() && due && tree.size() > 0) {
                Checkpoint.Why why = full
                        ? Checkpoint.Why.LINES
                        : removed ? Checkpoint.Why.REMOVAL : closing ? Checkpoint.Why.STOP : Checkpoint.Why.TIME;
                row = new ChainStore.Row(
                        0,
                        Checkpoint.entry(now, chain, tree, why, options.keys().signer()));
            } else if (rows.hasNext()) {
                row = rows.next();
            } else {
                break;
            }
            AuditLine line = chain.next(row.entry(), AuditLine.Form.PLAIN);
            room = (lines.isEmpty() ? roomFor(handle, now, line.bytes().length) : room) - line.bytes().length - 1;
            if (room < 0 && !lines.isEmpty() && !removed) {
                break;
            }
            boolean isCheckpoint = line.action() == AuditAction.CHECKPOINT;
            ids.add(row.id() == 0 ? Journal.insert(handle, row.entry()) : row.id());
            lines.add(line);
            chain = ChainState.End.after(line);
            if (isCheckpoint) {
                tree = new MerkleTree();
            } else {
                tree.add(line.hashBytes());
            }
        }
        if (!lines.isEmpty()) {
            ChainStore.place(handle, ChainState.Pending.of(ids));
        }
        return lines;
    }

    /** Bytes that the file has room for which the next line goes to. */
    private long roomFor(Handle handle, Instant now, long firstLine) throws IOException {
        Path file = choose(handle, now, firstLine);
        return options.maxSize() - (Files.exists(file) ? Files.size(file) : 0);
    }

    /** The file that the next lines go to; it is there, and is the one that is being written. */
    private Path fileFor(Handle handle, Instant now, long firstLine) throws IOException {
        Path file = choose(handle, now, firstLine);
        if (!folder.current().equals(Optional.of(file))) {
            if (Files.exists(file)) {
                folder.adopt(file);
            } else {
                folder.create(file);
            }
        }
        return file;
    }

    /** The newest file unless its day is over or it is full; never an older one, whatever the clock says. */
    private Path choose(Handle handle, Instant now, long firstLine) throws IOException {
        String ofToday = AuditFile.nameFor(now);
        List<Path> files = folder.files();
        if (files.isEmpty()) {
            return unused(handle, ofToday);
        }
        Path newest = files.get(files.size() - 1);
        String name = newest.getFileName().toString();
        if (AuditFile.compareNames(ofToday, name) > 0 && !AuditFile.isSameDay(ofToday, name)) {
            return unused(handle, ofToday);
        }
        // Otherwise it is somebody else's, or one that was left since somebody had added to it.
        boolean isOpen = folder.current().equals(Optional.of(newest));
        long size = isOpen ? Files.size(newest) : 0;
        boolean isFull = size > 0 && size + firstLine + 1 > options.maxSize();
        return !isOpen || isFull ? unused(handle, AuditFile.nameAfter(name)) : newest;
    }

    /** A name that no file had, such as one that is gone. */
    private Path unused(Handle handle, String name) {
        List<String> used = ChainStore.files(handle, options.owner()).stream()
                .map(AuditFolder.Known::name)
                .toList();
        String unused = name;
        while (used.contains(unused)) {
            unused = AuditFile.nameAfter(unused);
        }
        return folder.directory().resolve(unused);
    }
}
