package io.trainwatch.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The pools of an open store; on PostgreSQL one pool both writes and reads.
 *
 * @param pools those that are closed with it
 * @param readsInTransactions whether the schema is that of a transaction only
 * @param shared lets writers share transactions; {@code null} on PostgreSQL, which has many writers at a time
 * @param file {@code null} on PostgreSQL
 */
record Connections(
        List<HikariDataSource> pools,
        boolean readsInTransactions,
        Jdbi writes,
        Jdbi reads,
        SharedTransactions shared,
        SqliteFile file)
        implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int MOST_ATTEMPTS = 10;
    /** PostgreSQL's {@code deadlock_detected} and {@code serialization_failure}. */
    private static final Set<String> CONFLICTS = Set.of("40P01", "40001");

    /** In a database of the runtime, which has tables of its own. */
    private static final String SCHEMA = "trainwatch";

    private static final int READERS = 4;
    private static final int POSTGRESQL_CONNECTIONS = 10;

    /** @throws StoreUnavailable where the database cannot be reached, written or migrated */
    static Connections open(Engine engine, String url, String user, String password) {
        try {
            return engine == Engine.SQLITE ? openSqlite(url) : openPostgresql(url, user, password);
        } catch (RuntimeException e) {
            throw new StoreUnavailable(url, e);
        }
    }

    private static Connections openSqlite(String url) {
        Optional<Path> file = sqliteFile(url);
        if (file.isEmpty()) {
            return migratedSqlite(url);
        }
        try {
            Path folder = file.get().getParent();
            OwnFiles.createFolder(folder);
            SqliteLibrary.unpackInto(folder);
            OwnFiles.createFile(file.get()); // SQLite gives what it puts beside it the same permissions
            return OpenLock.take(file.get(), () -> migratedSqlite(url));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Connections migratedSqlite(String url) {
        HikariDataSource writePool = pool(sqlite(url, "IMMEDIATE"), "trainwatch-writer", 1);
        try {
            requireWal(writePool);
            migrate(flyway(Engine.SQLITE).dataSource(writePool));
            HikariDataSource readPool = pool(sqlite(url, "DEFERRED"), "trainwatch-reader", READERS);
            Jdbi writes = configured(Engine.SQLITE, Jdbi.create(writePool));
            return new Connections(
                    List.of(readPool, writePool),
                    false,
                    writes,
                    configured(Engine.SQLITE, Jdbi.create(readPool)),
                    new SharedTransactions(writes),
                    new SqliteFile(sqliteFile(url)));
        } catch (RuntimeException e) {
            writePool.close();
            throw e;
        }
    }

    private static void requireWal(HikariDataSource pool) {
        try (Connection connection = pool.getConnection()) {
            SqliteFile.requireWal(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connections openPostgresql(String url, String user, String password) {
        boolean isPooled;
        try (Handle handle = Jdbi.open(PostgresqlLimits.once(url, user, password))) {
            MissingSchema.refuse(handle);
            isPooled = PostgresqlLimits.isPooled(handle);
        }
        HikariConfig migrating = postgresql(url, user, password);
        PostgresqlLimits.lift(migrating, isPooled);
        try (HikariDataSource pool = pool(migrating, "trainwatch-migration", 4)) {
            migrateInTurn(Jdbi.create(pool), flyway(Engine.POSTGRESQL).dataSource(pool));
        }
        HikariConfig config = postgresql(url, user, password);
        PostgresqlLimits.apply(config, isPooled);
        HikariDataSource pool = pool(config, "trainwatch", POSTGRESQL_CONNECTIONS);
        try {
            Jdbi jdbi = configured(Engine.POSTGRESQL, Jdbi.create(pool));
            if (isPooled) {
                PostgresqlLimits.applyToTransactions(jdbi, url, "");
            }
            return new Connections(List.of(pool), false, jdbi, jdbi, null, null);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /**
     * Uses a database of the runtime, in a schema of Trainwatch's own. That and the times are set for each transaction:
     * the sessions are also somebody else's.
     *
     * @throws StoreUnavailable where it cannot be reached, written or migrated
     */
    static Connections of(String bean, DataSource source) {
        String url = StoreSettings.OF_BEAN + bean;
        try {
            ConnectionFactory committing = () -> committing(source);
            try (Handle handle = Jdbi.open(committing)) {
                requirePostgresql(handle);
            }
            migrateInTurn(
                    Jdbi.create(committing),
                    flyway(Engine.POSTGRESQL).defaultSchema(SCHEMA).dataSource(source));
            Jdbi jdbi = configured(Engine.POSTGRESQL, Jdbi.create(committing));
            PostgresqlLimits.applyToTransactions(jdbi, "", "set local search_path = " + SCHEMA + "; ");
            return new Connections(List.of(), true, jdbi, jdbi, null, null);
        } catch (RuntimeException e) {
            throw new StoreUnavailable(url, e);
        }
    }

    /** A runtime may hand out connections within a transaction, which nobody would commit. */
    private static Connection committing(DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        return connection;
    }

    private static void requirePostgresql(Handle handle) {
        try {
            String product = handle.getConnection().getMetaData().getDatabaseProductName();
            if (!product.equals("PostgreSQL")) {
                throw new IllegalStateException("it is a database of " + product + ", and not PostgreSQL");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HikariConfig postgresql(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setDriverClassName(Driver.class.getName());
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        return config;
    }

    <T> T read(Function<Handle, T> query) {
        if (shared == null) {
            return untilNoConflict(
                    () -> readsInTransactions ? reads.inTransaction(query::apply) : reads.withHandle(query::apply));
        }
        file.checkIsThere();
        return reads.withHandle(query::apply);
    }

    <T> T transaction(Function<Handle, T> work) {
        return shared == null ? untilNoConflict(() -> writes.inTransaction(work::apply)) : sqlite().run(work);
    }

    <T> T urgent(Function<Handle, T> work) {
        return shared == null ? untilNoConflict(() -> writes.inTransaction(work::apply)) : sqlite().runUrgently(work);
    }

    /** @param alone the work in a transaction of another kind, which is run where none is shared */
    <T> T transaction(Function<Handle, T> alone, Function<Handle, T> work) {
        return shared == null ? untilNoConflict(() -> writes.withHandle(alone::apply)) : sqlite().runAlone(alone, work);
    }

    private SharedTransactions sqlite() {
        file.checkIsThere();
        return shared;
    }

    /** Of transactions that are in each other's way PostgreSQL ends one, so that the others can go on. */
    private static <T> T untilNoConflict(Supplier<T> transaction) {
        for (int attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                return transaction.get();
            } catch (RuntimeException e) {
                if (!isConflict(e)) {
                    throw e;
                }
                LOG.debug("A transaction gave way to another one and is run again", e);
            }
        }
        return transaction.get();
    }

    private static boolean isConflict(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause ->
                        cause instanceof SQLException sql && CONFLICTS.contains(String.valueOf(sql.getSQLState())));
    }

    @Override
    public void close() {
        pools.forEach(HikariDataSource::close);
    }

    private static Jdbi configured(Engine engine, Jdbi jdbi) {
        // Statements write <skipLocked> where the engines differ. What fails is told without the values it was given.
        return jdbi.define("skipLocked", engine.skipLocked())
                .configure(StatementExceptions.class, told -> told.setMessageRendering(MessageRendering.NONE));
    }

    /**
     * One node at a time: of several that start on an empty schema together, Flyway lets one make its table and has
     * another fail on finding it empty. The lock ends with its transaction, also where the node is killed.
     */
    private static void migrateInTurn(Jdbi jdbi, FluentConfiguration migration) {
        jdbi.useTransaction(handle -> {
            handle.execute("select pg_advisory_xact_lock(hashtext('trainwatch_schema'))");
            migrate(migration);
        });
    }

    private static void migrate(FluentConfiguration migration) {
        Flyway flyway = migration.load();
        try {
            flyway.migrate();
        } catch (FlywayValidateException e) {
            NewerSchema.refuse(flyway.info());
            throw e;
        }
    }

    static FluentConfiguration flyway(Engine engine) {
        return Flyway.configure(Store.class.getClassLoader())
                .locations("classpath:trainwatch/db")
                .table("trainwatch_schema")
                .baselineOnMigrate(true) // a PostgreSQL schema may hold other tables
                .baselineVersion("0")
                .ignoreMigrationPatterns(new String[0]) // by default, those of a newer version are passed over
                .placeholders(engine.migrationPlaceholders())
                .loggers("slf4j");
    }

    /** Made here and not found by its URL: the driver manager gives a class loader only what it met first. */
    private static HikariConfig sqlite(String url, String transactionMode) {
        Properties pragmas = new Properties();
        pragmas.setProperty("journal_mode", "WAL");
        pragmas.setProperty("synchronous", "FULL");
        pragmas.setProperty("transaction_mode", transactionMode);
        pragmas.setProperty("foreign_keys", "true");
        pragmas.setProperty("busy_timeout", "20000");
        SQLiteDataSource source = new SQLiteDataSource(new SQLiteConfig(pragmas));
        source.setUrl(url);
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        return config;
    }

    private static HikariDataSource pool(HikariConfig config, String name, int size) {
        config.setPoolName(name);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(size == POSTGRESQL_CONNECTIONS ? 2 : 1);
        return new HikariDataSource(config);
    }

    /** Empty for a database in memory. */
    static Optional<Path> sqliteFile(String url) {
        String path = url.substring("jdbc:sqlite:".length()).replaceFirst("\\?.*", "");
        return path.isEmpty() || path.startsWith(":") || path.startsWith("file:")
                ? Optional.empty()
                : Optional.of(Path.of(path).toAbsolutePath());
    }
}
