package io.trainwatch.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.locator.ClasspathSqlLocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable state: one schema on SQLite or PostgreSQL.
 *
 * <p>A committed transaction survives a kill and a power cut: SQLite runs in WAL mode with {@code synchronous=FULL}.
 * SQLite lets one writer in at a time, so its writers queue here for the one connection that writes;
 * left to SQLite's own busy handler, an unlucky writer starves. Readers have connections of their own.
 *
 * <p>Thread-safe. SQL stands in files beside the class that uses it, found by {@link #sql(Class, String)}.
 */
public final class Store implements AutoCloseable {

    /** An instant that never comes: what is due then is not due. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final int READERS = 4;
    private static final int POSTGRESQL_CONNECTIONS = 10;

    private final Engine engine;
    private final HikariDataSource writePool;
    private final HikariDataSource readPool;
    private final Jdbi writes;
    private final Jdbi reads;
    private final ClasspathSqlLocator locator = ClasspathSqlLocator.create();
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

    private Store(Engine engine, HikariDataSource writePool, HikariDataSource readPool) {
        this.engine = engine;
        this.writePool = writePool;
        this.readPool = readPool;
        this.writes = configured(Jdbi.create(writePool));
        this.reads = writePool == readPool ? writes : configured(Jdbi.create(readPool));
    }

    /**
     * Opens the store and brings its schema up to date.
     *
     * @param url {@code jdbc:sqlite:PATH} or {@code jdbc:postgresql:…}; a missing folder of PATH is made
     * @param user the PostgreSQL user, or {@code null}
     * @param password its password, or {@code null}
     * @throws StoreUnavailable where the database cannot be reached, written or migrated
     */
    public static Store open(String url, String user, String password) {
        Engine engine = Engine.of(url);
        HikariDataSource writePool = null;
        HikariDataSource readPool = null;
        try {
            if (engine == Engine.SQLITE) {
                makeFolder(url);
                writePool = pool(sqlite(url, "IMMEDIATE"), "trainwatch-writer", 1);
                migrate(engine, writePool);
                readPool = pool(sqlite(url, "DEFERRED"), "trainwatch-reader", READERS);
            } else {
                HikariConfig config = new HikariConfig();
                config.setJdbcUrl(url);
                config.setUsername(user);
                config.setPassword(password);
                writePool = pool(config, "trainwatch", POSTGRESQL_CONNECTIONS);
                migrate(engine, writePool);
                readPool = writePool;
            }
            return new Store(engine, writePool, readPool);
        } catch (RuntimeException e) {
            close(writePool);
            close(readPool);
            throw new StoreUnavailable(url, e);
        }
    }

    /**
     * Runs the work in one transaction: all of it is committed, or none.
     *
     * @throws RuntimeException whatever the work threw, after the rollback
     */
    public <T> T transaction(Function<Handle, T> work) {
        T result = writes.inTransaction(work::apply);
        listeners.forEach(Store::tell);
        return result;
    }

    /** What was committed is committed: a listener that fails must not make it look otherwise. */
    private static void tell(CommitListener listener) {
        try {
            listener.committed();
        } catch (RuntimeException e) {
            LOG.warn("A part that was to be told of a commit failed; it looks for itself later: {}", e.getMessage(), e);
        }
    }

    /** Runs a query outside any transaction of {@link #transaction}. */
    public <T> T read(Function<Handle, T> query) {
        return reads.withHandle(query::apply);
    }

    /** Calls the listener after every committed transaction, on the thread that committed; it must return at once. */
    public void onCommit(CommitListener listener) {
        listeners.add(listener);
    }

    /**
     * Ends the leases of processes that are gone, so that a restart after a kill need not wait for them to expire.
     *
     * <p>Does so on SQLite only: its file is one machine's, so a process that is not there is gone. On PostgreSQL a lease
     * expires in its own time.
     */
    public void releaseLeasesOfTheGone() {
        if (engine != Engine.SQLITE) {
            return;
        }
        transaction(handle -> {
            for (String table : List.of("job", "delivery", "duty")) {
                handle
                        .createQuery("select distinct lease_owner from " + table + " where lease_owner <> ''")
                        .mapTo(String.class)
                        .list()
                        .stream()
                        .filter(Node::isGone)
                        .forEach(owner -> handle.createUpdate("update " + table
                                        + " set lease_owner = '', lease_until = 0 where lease_owner = :owner")
                                .bind("owner", owner)
                                .execute());
            }
            return null;
        });
    }

    /** The statement in {@code <package of owner>/<name>.sql}, without its comments. */
    public String sql(Class<?> owner, String name) {
        return locator.locate(owner.getPackageName().replace('.', '/') + "/" + name);
    }

    @Override
    public void close() {
        close(readPool);
        close(writePool);
    }

    private Jdbi configured(Jdbi jdbi) {
        // Statements write <skipLocked> where the engines differ.
        return jdbi.define("skipLocked", engine.skipLocked());
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

    private static void makeFolder(String url) {
        String path = url.substring("jdbc:sqlite:".length()).replaceFirst("\\?.*", "");
        if (path.isEmpty() || path.startsWith(":") || path.startsWith("file:")) {
            return;
        }
        Path folder = Path.of(path).toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    private static void close(HikariDataSource pool) {
        if (pool != null) {
            pool.close();
        }
    }

    /** Told of committed transactions. */
    @FunctionalInterface
    public interface CommitListener {
        void committed();
    }
}
