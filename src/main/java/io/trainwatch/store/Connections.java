package io.trainwatch.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/** The pools of an open store; on PostgreSQL one pool both writes and reads. */
record Connections(HikariDataSource writePool, HikariDataSource readPool, Jdbi writes, Jdbi reads)
        implements AutoCloseable {

    private static final int READERS = 4;
    private static final int POSTGRESQL_CONNECTIONS = 10;

    /** @throws StoreUnavailable where the database cannot be reached, written or migrated */
    static Connections open(Engine engine, String url, String user, String password) {
        HikariDataSource writePool = null;
        HikariDataSource readPool = null;
        try {
            if (engine == Engine.SQLITE) {
                prepareFolder(url);
                writePool = pool(sqlite(url, "IMMEDIATE"), "trainwatch-writer", 1);
                migrate(engine, writePool);
                readPool = pool(sqlite(url, "DEFERRED"), "trainwatch-reader", READERS);
            } else {
                HikariConfig config = new HikariConfig();
                config.setJdbcUrl(url);
                config.setUsername(user);
                config.setPassword(password);
                writePool = pool(config, "trainwatch", POSTGRESQL_CONNECTIONS);
                migrateInTurn(engine, writePool);
                readPool = writePool;
            }
            Jdbi writes = configured(engine, writePool);
            return new Connections(
                    writePool, readPool, writes, writePool == readPool ? writes : configured(engine, readPool));
        } catch (RuntimeException e) {
            close(writePool);
            close(readPool);
            throw new StoreUnavailable(url, e);
        }
    }

    @Override
    public void close() {
        close(readPool);
        close(writePool);
    }

    private static Jdbi configured(Engine engine, HikariDataSource pool) {
        // Statements write <skipLocked> where the engines differ.
        return Jdbi.create(pool).define("skipLocked", engine.skipLocked());
    }

    /**
     * One node at a time: of several that start on an empty schema together, Flyway lets one make its table and has
     * another fail on finding it empty. The lock ends with its transaction, also where the node is killed.
     */
    private static void migrateInTurn(Engine engine, HikariDataSource pool) {
        Jdbi.create(pool).useTransaction(handle -> {
            handle.execute("select pg_advisory_xact_lock(hashtext('trainwatch_schema'))");
            migrate(engine, pool);
        });
    }

    private static void migrate(Engine engine, HikariDataSource pool) {
        Flyway.configure(Store.class.getClassLoader())
                .dataSource(pool)
                .locations("classpath:db/migration")
                .table("trainwatch_schema")
                .baselineOnMigrate(true) // a PostgreSQL schema may hold other tables
                .baselineVersion("0")
                .placeholders(engine.migrationPlaceholders())
                .loggers("slf4j")
                .load()
                .migrate();
    }

    private static HikariConfig sqlite(String url, String transactionMode) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.addDataSourceProperty("journal_mode", "WAL");
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("transaction_mode", transactionMode);
        config.addDataSourceProperty("foreign_keys", "true");
        config.addDataSourceProperty("busy_timeout", "20000");
        return config;
    }

    private static HikariDataSource pool(HikariConfig config, String name, int size) {
        config.setPoolName(name);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(size == POSTGRESQL_CONNECTIONS ? 2 : 1);
        config.setConnectionTimeout(30_000);
        return new HikariDataSource(config);
    }

    private static void prepareFolder(String url) {
        String path = url.substring("jdbc:sqlite:".length()).replaceFirst("\\?.*", "");
        if (path.isEmpty() || path.startsWith(":") || path.startsWith("file:")) {
            return;
        }
        Path folder = Path.of(path).toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
            SqliteLibrary.unpackInto(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    private static void close(HikariDataSource pool) {
        if (pool != null) {
            pool.close();
        }
    }
}
