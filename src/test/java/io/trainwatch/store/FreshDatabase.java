package io.trainwatch.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of one test that nothing was written to yet. The PostgreSQL server is started by the first who needs it. */
public record FreshDatabase(String url, String user) {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** @param folder the test's own; holds the SQLite file */
    public static FreshDatabase on(Engine engine, Path folder) {
        int number = NUMBER.incrementAndGet();
        if (engine == Engine.SQLITE) {
            return new FreshDatabase("jdbc:sqlite:" + folder.resolve("store-" + number + ".db"), null);
        }
        String schema = "test_" + number;
        try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new FreshDatabase(
                Server.RUNNING.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + schema, "postgres");
    }

    /** Opens a store on it, which may be one of several. */
    public Store open() {
        return Store.open(url, user, null);
    }

    /** Durable as a server in production is: each commit waits for the disk. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void close(EmbeddedPostgres server) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
