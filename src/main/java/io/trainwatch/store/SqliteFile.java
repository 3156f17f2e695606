package io.trainwatch.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;

/**
 * The file of a SQLite database that is open. SQLite goes on writing to one that was removed, and whatever it writes is
 * gone with the process.
 */
final class SqliteFile {

    private final Optional<Path> path;
    private final Object key;

    /** @param path empty for a database in memory */
    SqliteFile(Optional<Path> path) {
        this.path = path;
        this.key = path.map(SqliteFile::key).orElse(null);
    }

    /** Empty for a database in memory. */
    Optional<Path> path() {
        return path;
    }

    /** @throws ConnectionException where the file was removed, or another one has its name */
    void checkIsThere() {
        if (path.isPresent() && !Objects.equals(key, key(path.get()))) {
            throw new ConnectionException(
                    new SQLNonTransientConnectionException(
                            "the file " + path.get()
                                    + " was removed or replaced while it was in use; stop Trainwatch, put the file back, and start it"));
        }
    }

    /**
     * Asks for write-ahead logging, which SQLite leaves off without a word where the file system cannot have it.
     *
     * @throws WalOff where it stays off
     */
    static void requireWal(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("pragma journal_mode = wal")) {
            String mode = answer.getString(1);
            if (!mode.equals("wal") && !mode.equals("memory")) {
                throw new WalOff(mode);
            }
        }
    }

    /** SQLite does without write-ahead logging; a database in memory has none either, and needs none. */
    static final class WalOff extends RuntimeException {
        WalOff(String mode) {
            super("write-ahead logging stays off: journal_mode is " + mode);
        }
    }

    /** What tells the file from others of its name; {@code null} where there is none. */
    private static Object key(Path path) {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? path : key; // not every system knows one
        } catch (IOException e) {
            return null;
        }
    }
}
