package io.trainwatch.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.audit.ChainState.End;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the audit folder with the store: after a start, a failure, a change of the writer, or when somebody touched the file.
 *
 * <p>What a crash left is mended silently: the store knows the lines that it gave a place. A file that holds anything else
 * behind what the store knows, or lacks some of that, is left as it is. The chain goes on behind the last line that the
 * store knows, in a new file, whose first line says so: no line is signed or repeated that Trainwatch did not write.
 * For one thread.
 */
final class Reconciliation {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
    private static final int MAX_NAMED = 5;

    private final Store store;
    private final AuditOptions options;
    private final AuditFolder folder;
    private final ChainAppender appender;
    private final AuditHealth health;
    private final InstantSource clock;

    Reconciliation(
            Store store,
            AuditOptions options,
            AuditFolder folder,
            ChainAppender appender,
            AuditHealth health,
            InstantSource clock) {
        this.store = store;
        this.options = options;
        this.folder = folder;
        this.appender = appender;
        this.health = health;
        this.clock = clock;
    }

    /**
     * A file that is not what the store knows.
     *
     * @param known what it was; of a file that the store does not know, only its name
     * @param what what is wrong with it, for people
     * @param firstLost the first line of the chain that is gone with it; 0 for none
     */
    private record Faulty(AuditFolder.Known known, String what, long firstLost) {

        static Faulty foreign(AuditFolder.Known known, String what) {
            return new Faulty(known, known.name() + " " + what, 0);
        }
    }

    void run() throws IOException {
        store.read(ChainStore::lastFault).ifPresent(health::fault);
        List<Path> files = folder.files();
        folder.letGo();
        ChainStore.withFiles(store::transaction, handle -> compare(handle, files));
    }

    private Void compare(Handle handle, List<Path> files) throws IOException {
        takeOver(handle, files);
        List<Faulty> faulty = faulty(handle, files);
        if (!faulty.isEmpty() && goOnBehindSignature(handle, files)) {
            faulty = faulty(handle, files);
        }
        if (!faulty.isEmpty()) {
            faulty.forEach(file -> ChainStore.setFaulty(handle, options.owner(), file.known, clock.instant()));
            goOnInNewFile(handle, faulty);
        }
        return null;
    }

    /**
     * A folder that holds a file of another node is that node's, which may be this one under an earlier name: what the
     * store knows of its files is this node's from now on, so that all are looked after, whoever began them.
     */
    private void takeOver(Handle handle, List<Path> files) throws IOException {
        for (String other : ChainStore.otherOwners(handle, options.owner())) {
            for (AuditFolder.Known known : ChainStore.files(handle, other)) {
                Path file = options.directory().resolve(known.name());
                if (files.contains(file) && known.bytes() > 0 && isWhatItWas(file, known)) {
                    ChainStore.takeOver(handle, other, options.owner());
                    LOG.info(
                            "The audit files of node {} are looked after by this one, {}: {} holds them",
                            other,
                            options.owner(),
                            options.directory());
                    break;
                }
            }
        }
    }

    /** Whether the file has at least the lines that it is known to have. */
    private static boolean isWhatItWas(Path file, AuditFolder.Known known) throws IOException {
        return AuditFile.whyNoFile(file).isEmpty()
                && Files.size(file) >= known.bytes()
                && AuditFile.tail(file, known.bytes()).equals(new AuditFile.Tail(known.lastSeq(), known.lastHash(), 0));
    }

    /** Also finds the file that can be gone on in, and mends what a crash left in it. */
    private List<Faulty> faulty(Handle handle, List<Path> files) throws IOException {
        folder.letGo();
        List<AuditFolder.Known> ours = ChainStore.files(handle, options.owner());
        List<Faulty> faulty = new ArrayList<>();
        boolean isEndFound = false;
        boolean isOpen = true;
        for (int i = files.size() - 1; i >= 0; i--) {
            Path file = files.get(i);
            String name = file.getFileName().toString();
            Optional<AuditFolder.Known> known = ChainStore.file(handle, options.owner(), name);
            if (known.isPresent() && known.get().isFaulty()) {
                isOpen = false;
                continue;
            }
            boolean isOlderThanStore = known.isEmpty()
                    && (ours.isEmpty()
                            || AuditFile.compareNames(name, ours.get(0).name()) < 0);
            boolean isEmpty = known.isEmpty() && AuditFile.isEmpty(file);
            if (isEmpty && isOpen) {
                folder.adopt(file);
                isOpen = false;
            }
            if (isEmpty || isEndFound && isOlderThanStore) {
                continue;
            }
            Optional<Faulty> fault = examine(handle, file, known, !isEndFound);
            if (fault.isPresent()) {
                faulty.add(fault.get());
                isOpen = false;
            } else if (!isEndFound) {
                isEndFound = true;
                if (isOpen) {
                    folder.adopt(file);
                }
            }
        }
        for (AuditFolder.Known known : ours) {
            if (known.isKept() && !files.contains(options.directory().resolve(known.name()))) {
                faulty.add(new Faulty(
                        known,
                        known.name() + ", which held lines " + known.firstSeq() + " to " + known.lastSeq()
                                + ", is gone",
                        known.firstSeq()));
            }
        }
        return faulty;
    }

    /** @param isEnd whether the file may hold lines that the store knows as pending only */
    private Optional<Faulty> examine(Handle handle, Path file, Optional<AuditFolder.Known> remembered, boolean isEnd)
            throws IOException {
        AuditFolder.Known known = remembered.orElseGet(
                () -> AuditFolder.Known.none(file.getFileName().toString()));
        Optional<String> whyNoFile = AuditFile.whyNoFile(file);
        if (whyNoFile.isPresent()) {
            return Optional.of(new Faulty(known, known.name() + ": " + whyNoFile.get(), known.firstSeq()));
        }
        if (remembered.isPresent()) {
            Optional<Faulty> lost = lost(file, known);
            if (lost.isPresent()) {
                return lost;
            }
        }
        if (Files.size(file) == known.bytes()) {
            return Optional.empty();
        }
        ChainState state = ChainStore.state(handle);
        if (remembered.isEmpty()
                && AuditFile.tail(file)
                        .equals(new AuditFile.Tail(
                                state.exported().seq(), state.exported().hash(), 0))
                && ChainStore.files(handle, options.owner()).isEmpty()) {
            // Written by a version, or under a node's name, that did not remember its files.
            return Optional.empty();
        }
        if (isEnd && (isPending(handle, state, file, known) || isLeftBehind(handle, file, known))) {
            return Optional.empty();
        }
        return Optional.of(Faulty.foreign(
                known,
                remembered.isPresent()
                        ? "holds bytes that Trainwatch did not write"
                        : "is no file that Trainwatch wrote into this store's audit"));
    }

    private static Optional<Faulty> lost(Path file, AuditFolder.Known known) throws IOException {
        if (isWhatItWas(file, known)) {
            return Optional.empty();
        }
        long end = Math.max(AuditFile.tail(file).seq(), known.firstSeq() - 1);
        if (end < known.lastSeq()) {
            return Optional.of(new Faulty(
                    known,
                    "lines " + (end + 1) + " to " + known.lastSeq() + " were on disk and are gone: " + known.name()
                            + " ends with line " + end + ", so lines were cut off, or an older file was put back",
                    end + 1));
        }
        return Optional.of(Faulty.foreign(
                known,
                Files.size(file) < known.bytes()
                        ? "is shorter than it was"
                        : "was written anew: line " + known.lastSeq() + " is not where it was"));
    }

    /**
     * Whether a crash, or a disk that was full, explains what stands behind what the store knows; half a line is cut off
     * then. Lines of ours are taken out of the store even where something follows them that is not.
     */
    private boolean isPending(Handle handle, ChainState state, Path file, AuditFolder.Known known) throws IOException {
        List<AuditLine> pending = ChainStore.placedLines(handle, state);
        if (pending.isEmpty()) {
            return false;
        }
        byte[] ours = AuditExport.Group.of(pending, file).bytes();
        byte[] found = AuditFile.read(file, known.bytes(), ours.length + 1);
        int common = Arrays.mismatch(found, ours);
        int same = common < 0 ? found.length : common;
        long kept = known.bytes();
        int whole = 0;
        while (whole < pending.size() && kept + pending.get(whole).bytes().length + 1 <= known.bytes() + same) {
            kept += pending.get(whole++).bytes().length + 1L;
        }
        if (whole > 0) {
            appender.settle(handle, state, pending.subList(0, whole), file, kept, clock.instant());
        }
        // A power cut may leave blocks that were given to the file and not written.
        boolean isOurs = found.length <= ours.length
                && IntStream.range(same, found.length).allMatch(i -> found[i] == 0);
        if (isOurs && known.bytes() + found.length > kept) {
            AuditFile.truncate(file, kept);
        }
        return isOurs;
    }

    /**
     * Whether these are lines of a node that died before it could say that it wrote them; another one wrote the same lines
     * to a folder of its own, and then more.
     */
    private boolean isLeftBehind(Handle handle, Path file, AuditFolder.Known known) throws IOException {
        long elsewhere = ChainStore.lastLineElsewhere(handle, options.owner());
        if (elsewhere <= known.lastSeq()) {
            return false;
        }
        byte[] found = AuditFile.read(file, known.bytes(), (int) Math.min(options.maxSize(), ParsedLine.MAX_LINE));
        End chain = new End(known.lastSeq(), known.lastHash());
        int from = 0;
        for (int end = FileLines.newline(found, 0); end >= 0; end = FileLines.newline(found, from)) {
            ParsedLine line = new ParsedLine(found, from, end);
            boolean follows = line.wrong() == null
                    && line.seq() == chain.seq() + 1
                    && line.prev().equals(chain.hash());
            if (!follows || line.seq() > elsewhere) {
                return false;
            }
            chain = new End(line.seq(), line.hash());
            from = end + 1;
        }
        if (from < found.length) {
            AuditFile.truncate(file, known.bytes() + from);
        }
        return true;
    }

    /** Where the store is older than the files, as after a backup, the signature proves what it does not know. */
    private boolean goOnBehindSignature(Handle handle, List<Path> files) throws IOException {
        if (options.keys().isEmpty()) {
            return false;
        }
        End known = ChainStore.state(handle).exported();
        AuditVerification.Request request =
                AuditVerification.Request.of(List.of(options.directory())).with(options.keys());
        AuditVerification.Result result = AuditVerification.verify(
                known.seq() == 0
                        ? request
                        : request.knowing(
                                List.of(new AuditVerification.Known(known.seq(), known.hash(), "the store"))));
        if (!result.isWhole() || result.provenSeq() <= known.seq()) {
            return false;
        }
        ChainStore.goOnBehind(handle, new End(result.provenSeq(), result.provenHash()));
        for (Path file : files) {
            AuditFile.Tail tail = AuditFile.tail(file);
            if (tail.seq() > 0 && tail.seq() <= result.provenSeq()) {
                ChainStore.remember(
                        handle,
                        options.owner(),
                        new AuditFolder.Known(
                                file.getFileName().toString(),
                                AuditFile.firstSeq(file),
                                tail.seq(),
                                tail.hash(),
                                Files.size(file),
                                clock.instant().toEpochMilli(),
                                ""));
            }
        }
        record(
                handle,
                "the store knew lines up to " + known.seq() + ", and the files hold signed ones up to "
                        + result.provenSeq()
                        + ": the store is older than the files, and the chain goes on behind these",
                details -> details.put("store_line", known.seq()).put("file_line", result.provenSeq()));
        return true;
    }

    /** Its first line says why, and names the line that it follows. */
    private void goOnInNewFile(Handle handle, List<Faulty> faulty) throws IOException {
        End end = ChainStore.state(handle).exported();
        List<String> named = new ArrayList<>();
        for (Faulty file : faulty.subList(0, Math.min(faulty.size(), MAX_NAMED))) {
            Path place = folder.directory().resolve(file.known.name());
            named.add(file.firstLost > 0 ? file.what + folder.rotation(place) : file.what);
        }
        String what = String.join("; ", named)
                + (faulty.size() > MAX_NAMED ? "; and " + (faulty.size() - MAX_NAMED) + " more files" : "");
        List<Faulty> lost = faulty.stream().filter(file -> file.firstLost > 0).toList();
        long row = record(handle, what + ". The last line that the store knows is " + end.seq(), details -> {
            lost.stream().mapToLong(Faulty::firstLost).min().ifPresent(seq -> details.put("first_lost", seq));
            lost.stream().mapToLong(file -> file.known.lastSeq()).max().ifPresent(seq -> details.put("last_lost", seq));
            details.put("last_known", end.seq()).put("last_known_hash", end.hash());
        });
        ChainStore.placeFirst(handle, row);
    }

    private long record(Handle handle, String text, Consumer<ObjectNode> more) {
        Instant now = clock.instant();
        LOG.error("The audit is not what it was: {}. The chain goes on; see docs/audit.md.", text);
        health.fault(now + ": " + text);
        ChainStore.lastFault(handle, now + ": " + text);
        ObjectNode details = JsonNodeFactory.instance.objectNode().put("what", text);
        more.accept(details);
        return Journal.insert(handle, AuditEntry.ofNoJob(now, AuditAction.AUDIT_FAULT, details.toString()));
    }
}
