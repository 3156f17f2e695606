package io.trainwatch.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That this process uses a SQLite file: a locked file beside it, {@code <file>-node-<mark>}, which others cannot lock as
 * long as this process lives.
 *
 * <p>The only place that says of a process that it is gone: its file is there and can be locked. Of one whose file is not
 * there nothing is known, such as one of an earlier version; its leases run out.
 */
final class Presence implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    private final LockedFile file;

    private Presence(LockedFile file) {
        this.file = file;
    }

    /**
     * Shows this process to others.
     *
     * @param gone takes the mark of each process that is gone; where it fails, that one is gone the next time as well
     * @throws IOException where nothing can be shown or seen, since the file system has no locks or cannot be written
     */
    static Presence enter(Path database, Node node, Consumer<String> gone) throws IOException {
        String prefix = database.getFileName() + "-node-";
        try {
            // Otherwise the file of one that has just made it, and not locked it yet, would be that of one that is
            // gone.
            return OpenLock.take(database, () -> {
                try {
                    LockedFile own = LockedFile.tryToLock(database.resolveSibling(prefix + node.mark()))
                            .orElseThrow();
                    for (Path file : others(database.getParent(), prefix)) {
                        forget(file, file.getFileName().toString().substring(prefix.length()), gone);
                    }
                    return new Presence(own);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<Path> others(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(prefix) && !Node.isOfThisProcess(name.substring(prefix.length()));
                    })
                    .toList();
        }
    }

    private static void forget(Path file, String mark, Consumer<String> gone) {
        try {
            Optional<LockedFile> left = LockedFile.tryToLock(file);
            if (left.isPresent()) {
                try (LockedFile held = left.get()) {
                    gone.accept(mark);
                    held.delete();
                }
            }
        } catch (IOException e) {
            LOG.debug("Whether the process of {} is gone cannot be told; its leases run out", file, e);
        }
    }

    /** Others may take what this process had. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
