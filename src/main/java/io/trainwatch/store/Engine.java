package io.trainwatch.store;

import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The two databases that Trainwatch keeps its state in, and the little in which their SQL differs. */
public enum Engine {
    /** One file, one machine: the default. */
    SQLITE("integer primary key autoincrement", "", "without rowid"),

    /** Many machines: it owns locks, durability and failover. */
    POSTGRESQL("bigint generated always as identity primary key", "for update skip locked", "");

    private final String identity;
    private final String skipLocked;
    private final String clustered;

    Engine(String identity, String skipLocked, String clustered) {
        this.identity = identity;
        this.skipLocked = skipLocked;
        this.clustered = clustered;
    }

    /**
     * The engine of a JDBC URL.
     *
     * @throws IllegalArgumentException for any other URL
     */
    static Engine of(String jdbcUrl) {
        if (jdbcUrl.startsWith("jdbc:sqlite:")) {
            return SQLITE;
        }
        if (jdbcUrl.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        }
        throw new IllegalArgumentException("trainwatch.store.url must start with jdbc:sqlite: or jdbc:postgresql:");
    }

    /** Runs the work in a transaction whose commit does not wait for the disk; those that follow on the handle do. */
    <T> T withoutWaiting(Handle handle, Function<Handle, T> work) {
        if (this == POSTGRESQL) {
            return handle.inTransaction(transaction -> {
                transaction.execute("set local synchronous_commit = off");
                return work.apply(transaction);
            });
        }
        handle.execute("pragma synchronous = normal");
        try {
            return handle.inTransaction(work::apply);
        } finally {
            handle.execute("pragma synchronous = full");
        }
    }

    Map<String, String> migrationPlaceholders() {
        return Map.of("identity", identity, "clustered", clustered);
    }

    /** What a claiming {@code select} ends with, so that two nodes do not wait for each other's rows. */
    String skipLocked() {
        return skipLocked;
    }
}
