package io.trainwatch.audit;

import io.trainwatch.store.LockedFile;
import io.trainwatch.store.OwnFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the audit files, and the one of them that is being written: which it is, and how long it must be.
 *
 * <p>The file is kept open, so that another one in its place is not taken for it. It is kept open some times more: where
 * the process has no descriptor left, these are given back for what is written next. For one thread.
 */
final class AuditFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditFolder.class);
    private static final String WRITER = ".audit-writer";
    private static final String PROBE = ".audit-probe";
    private static final byte[] PROBED = new byte[4096];
    private static final long PROBE_EVERY_NANOS = 200_000_000L;
    /** A probe, an append and a look at the folder need one each, one after another; others may take some of them. */
    private static final int SPARE = 4;

    private final Path directory;
    private LockedFile writer;
    private boolean hasNoLocks;
    private Path current;
    private Object key;
    private FileChannel handle;
    private final List<FileChannel> spare = new ArrayList<>();
    private long size;
    private long probedAt = System.nanoTime() - PROBE_EVERY_NANOS;

    /** What the store remembers of a file. */
    record Known(String name, long firstSeq, long lastSeq, String lastHash, long bytes, long lastAt, String state) {

        static final String KEPT = "KEPT";
        /** It is not what it must be, which is on record; nothing is added to it. */
        static final String FAULTY = "FAULTY";
        /** It is to be removed, which is on record. */
        static final String REMOVING = "REMOVING";

        /** Nothing but the name. */
        static Known none(String name) {
            return new Known(name, 0, 0, AuditLine.FIRST_PREV, 0, 0, "");
        }

        /** What two nodes know of one file together. */
        Known and(Known other) {
            Known longer = other.lastSeq > lastSeq ? other : this;
            return new Known(
                    name,
                    Math.min(firstSeq, other.firstSeq),
                    longer.lastSeq,
                    longer.lastHash,
                    longer.bytes,
                    longer.lastAt,
                    isFaulty() || other.isFaulty() ? FAULTY : longer.state);
        }

        boolean isKept() {
            return state.equals(KEPT);
        }

        boolean isFaulty() {
            return state.equals(FAULTY);
        }
    }

    AuditFolder(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    List<Path> files() throws IOException {
        return AuditFile.in(directory);
    }

    /**
     * Makes sure that no other process writes here, whatever its store says; where there is no folder yet, once it is made.
     *
     * @throws AuditFault where another one does
     */
    void lock() throws IOException {
        if (hasNoLocks || writer != null && writer.isThere() || !Files.isDirectory(directory)) {
            return;
        }
        unlock();
        try {
            writer = LockedFile.tryToLock(directory.resolve(WRITER))
                    .orElseThrow(() -> new AuditFault("another process holds " + WRITER + " locked and writes there;"
                            + " where it has another store, give each a trainwatch.audit.directory of its own"));
        } catch (LockedFile.NoLocks e) {
            hasNoLocks = true;
            LOG.warn("{}: see that no other process writes the audit there", e.getMessage());
        }
    }

    /** Lets another process write. */
    void unlock() throws IOException {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }

    /** The file that is being written; empty before the first. */
    Optional<Path> current() {
        return Optional.ofNullable(current);
    }

    /** Bytes that the file must have. */
    long size() {
        return size;
    }

    /** Says that this file, as it is now, is the one that is written. */
    void adopt(Path file) throws IOException {
        letGo();
        OwnFiles.restrict(file);
        handle = FileChannel.open(file, StandardOpenOption.READ);
        size = handle.size();
        key = keyOf(file);
        current = file;
    }

    /** Makes an empty file that only its owner may read, and adopts it. */
    void create(Path file) throws IOException {
        makeDirectory();
        OwnFiles.createFile(file);
        AuditFile.forceFolder(directory);
        adopt(file);
    }

    /** What somebody did to the file; empty where it is as it was left. */
    Optional<String> whatHappened() throws IOException {
        if (current == null) {
            return Optional.empty();
        }
        long there;
        try {
            there = Files.size(current);
            if (!Objects.equals(keyOf(current), key)) {
                return Optional.of(current.getFileName() + " was replaced by another file" + rotation(current));
            }
        } catch (NoSuchFileException e) {
            return Optional.of(current.getFileName() + " was removed" + rotation(current));
        }
        if (there < size) {
            return Optional.of(
                    current.getFileName() + " was cut from " + size + " to " + there + " bytes" + rotation(current));
        }
        return there > size
                ? Optional.of(
                        current.getFileName() + " holds " + (there - size) + " bytes that Trainwatch did not write")
                : Optional.empty();
    }

    /** Whether something that rotates logs seems to have been at this file of the folder, in words; empty where not. */
    String rotation(Path file) throws IOException {
        return AuditFile.rotated(file)
                .map(left -> "; beside it lies " + left.getFileName() + ", as logrotate leaves it: put that back"
                        + (left.toString().matches(".*\\.(gz|bz2|xz|zst)") ? ", unpacked," : "") + " as "
                        + file.getFileName() + ", and leave the audit out of logrotate")
                .orElse("");
    }

    /**
     * Tries, several times a second at most, whether there is room and whether the file may be written.
     *
     * @throws IOException where not
     */
    void probe() throws IOException {
        if (!Files.isDirectory(directory)) {
            if (current != null || Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new AuditFault(directory + " is no folder any more");
            }
            makeDirectory();
        }
        if (System.nanoTime() - probedAt < PROBE_EVERY_NANOS) {
            return;
        }
        Path probe = directory.resolve(PROBE);
        try {
            Files.write(probe, PROBED);
        } finally {
            Files.deleteIfExists(probe);
        }
        if (current != null) {
            FileChannel.open(current, StandardOpenOption.WRITE).close();
        }
        probedAt = System.nanoTime();
    }

    /** The next probe does not rely on the last one. */
    void distrust() {
        probedAt = System.nanoTime() - PROBE_EVERY_NANOS;
    }

    /**
     * Makes sure that these bytes were appended to the file itself, and forces them to disk.
     *
     * @throws IOException where the file is another, or longer or shorter than it must be
     */
    void appended(Path file, long bytes) throws IOException {
        if (!file.equals(current)) {
            throw new AuditFault(file.getFileName() + " is not the file that is being written");
        }
        long expected = size + bytes;
        if (handle.size() != expected) {
            throw new AuditFault(
                    current.getFileName() + " should have " + expected + " bytes and has " + handle.size());
        }
        force();
        size = expected;
        Optional<String> happened = whatHappened();
        if (happened.isPresent()) {
            size -= bytes;
            throw new AuditFault(happened.get());
        }
    }

    /** Gives back the descriptors that were kept, since some are needed now. */
    void freeSpare() {
        for (FileChannel channel : spare) {
            try {
                channel.close();
            } catch (IOException e) {
                // It is gone all the same.
            }
        }
        spare.clear();
    }

    /** Keeps some descriptors for what is written next; fewer where there are none. */
    void keepSpare() {
        try {
            while (current != null && spare.size() < SPARE) {
                spare.add(FileChannel.open(current, StandardOpenOption.READ));
            }
        } catch (IOException e) {
            // There are none; the next turn that goes well tries again.
        }
    }

    /** Knows of no file any more. */
    void letGo() throws IOException {
        freeSpare();
        if (handle != null) {
            handle.close();
        }
        handle = null;
        current = null;
        key = null;
        size = 0;
    }

    /** Also lets another process write. */
    @Override
    public void close() throws IOException {
        letGo();
        unlock();
    }

    private void force() throws IOException {
        try {
            handle.force(false);
        } catch (IOException e) {
            // Not every system forces a file that is open for reading.
            AuditFile.force(current);
        }
    }

    private void makeDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            OwnFiles.createFolder(directory);
            AuditFile.forceFolder(directory.toAbsolutePath().getParent());
        }
        lock();
    }

    /** Tells the file from another of the same name. */
    private static Object keyOf(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
    }
}
