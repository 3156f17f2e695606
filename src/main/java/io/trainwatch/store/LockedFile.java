package io.trainwatch.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An empty file that one process of this machine holds locked, whichever container it is in. The lock ends with the
 * process, however that ends; so it tells who is there, where a process number means nothing.
 *
 * <p>The file stays there when the lock ends: whoever deleted it might delete another's. Thread-safe.
 */
public final class LockedFile implements Closeable {

    /** Where a process closes a file, it loses its locks on it, those of another channel too: so each is open once. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final Object key;

    private LockedFile(Path file, FileChannel channel, Object key) {
        this.file = file;
        this.channel = channel;
        this.key = key;
    }

    /** The file system knows no locks, or has none left. */
    public static final class NoLocks extends IOException {
        NoLocks(Path file, IOException cause) {
            super(file + " cannot be locked: " + cause.getMessage());
        }
    }

    /**
     * Makes the file where there is none, and locks it; does not wait.
     *
     * @return empty where somebody holds it, in this process or another
     * @throws NoLocks where it can be opened but not locked
     * @throws IOException where it cannot be made or opened
     */
    public static Optional<LockedFile> tryToLock(Path path) throws IOException {
        Path file = path.toAbsolutePath().getParent().toRealPath().resolve(path.getFileName());
        if (!OPEN.add(file)) {
            return Optional.empty();
        }
        LockedFile locked = null;
        try {
            OwnFiles.createFile(file);
            locked = lock(file);
        } finally {
            if (locked == null) {
                OPEN.remove(file);
            }
        }
        return Optional.ofNullable(locked);
    }

    /** @return {@code null} where somebody holds it */
    private static LockedFile lock(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            // Opening a pipe may take for ever, and a link leads elsewhere.
            throw new FileSystemException(file.toString(), null, "is a link, a pipe or a folder, and must be a file");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new LockedFile(file, channel, key(file));
            }
        } catch (OverlappingFileLockException e) {
            // Somebody has it who came to this process by another class loader.
        } catch (IOException e) {
            channel.close();
            throw new NoLocks(file, e);
        }
        channel.close();
        return null;
    }

    /**
     * Whether the folder's file system knows locks; tries it.
     *
     * @throws IOException where no file can be made there
     */
    public static boolean canBeIn(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, ".trainwatch-", ".tmp");
        try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE)) {
            return isLockable(channel);
        } finally {
            Files.delete(probe);
        }
    }

    private static boolean isLockable(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the file is still the one that was locked: nobody deleted it or put another one in its place. */
    public boolean isThere() {
        try {
            return Objects.equals(key, key(file));
        } catch (IOException e) {
            return false;
        }
    }

    /** What tells the file from others of its name; {@code null} on systems that know nothing of the kind. */
    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Deletes the file; only for one that nobody else is to lock any more. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            OPEN.remove(file);
        }
    }
}
