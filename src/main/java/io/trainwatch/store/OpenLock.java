package io.trainwatch.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Lets those who open one SQLite file do so one after the other, whichever process or class loader they are in.
 *
 * <p>A new file becomes a WAL file and gets its tables; SQLite refuses the second who tries that at the same moment at
 * once, without waiting for its busy timeout. The lock is on a file beside the database.
 */
final class OpenLock {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private OpenLock() {}

    /**
     * Waits for the turn and does the work in it.
     *
     * @throws IOException where the file beside the database cannot be made, or nobody gave way for 30 s
     * @throws RuntimeException whatever the work threw
     */
    static <T> T take(Path database, Supplier<T> work) throws IOException {
        Path beside = database.resolveSibling(database.getFileName() + "-opening");
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        Optional<LockedFile> turn = LockedFile.tryToLock(beside);
        while (turn.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("another process has been opening the store for " + LONGEST_WAIT.toSeconds()
                        + " s; it holds " + beside);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            turn = LockedFile.tryToLock(beside);
        }
        try {
            return work.get();
        } finally {
            turn.get().close();
        }
    }
}
