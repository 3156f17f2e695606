package io.trainwatch.store;

import io.trainwatch.errors.Joined;
import io.trainwatch.errors.RepeatedFaults;
import io.trainwatch.errors.Words;
import io.trainwatch.measure.Measures;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.locator.ClasspathSqlLocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable state: one schema on SQLite or PostgreSQL.
 *
 * <p>A committed transaction survives a kill and a power cut: SQLite runs in WAL mode with {@code synchronous=FULL}.
 * SQLite lets one writer in at a time, so its writers queue here for the one connection that writes, and those that
 * wait together are committed together; left to SQLite's own busy handler, an unlucky writer starves. Readers have
 * connections of their own.
 *
 * <p>Thread-safe. SQL stands in files beside the class that uses it, found by {@link #sql(Class, String)}.
 */
public final class Store implements AutoCloseable {

    /** An instant that never comes: what is due then is not due. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    /** The tables whose rows are leased. */
    private static final List<String> LEASED = List.of("job", "delivery", "duty", "training", "project");

    private final Engine engine;
    private final CompletableFuture<Connections> connections;
    private final ClasspathSqlLocator locator = ClasspathSqlLocator.create();
    private final RepeatedFaults faults = new RepeatedFaults();
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Presence presence;
    private volatile Measures measures = Measures.NONE;

    private Store(Engine engine, CompletableFuture<Connections> connections) {
        this.engine = engine;
        this.connections = connections;
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
        return new Store(engine, CompletableFuture.completedFuture(Connections.open(engine, url, user, password)));
    }

    /**
     * Looks at the database as {@link #open} would find it, and changes nothing. Takes some seconds at most.
     *
     * @return what it is like, such as {@code SQLite, schema 3}
     * @throws StoreUnavailable where it could not be opened
     */
    public static String inspect(String url, String user, String password) {
        return Inspection.of(Engine.of(url), url, user, password);
    }

    /** The file of a SQLite database; empty for one in memory, and on PostgreSQL. */
    public static Optional<Path> fileOf(String url) {
        return Engine.of(url) == Engine.SQLITE ? Connections.sqliteFile(url) : Optional.empty();
    }

    /**
     * Like {@link #open}, but returns at once: whoever uses the store before it is open waits for it, and meets the
     * {@link StoreUnavailable} where it cannot be opened.
     */
    public static Store openInBackground(String url, String user, String password) {
        Engine engine = Engine.of(url);
        return new Store(engine, CompletableFuture.supplyAsync(() -> Connections.open(engine, url, user, password)));
    }

    /** The time in Unix milliseconds that a column holds; {@code null} where it holds none. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    /** What a column holds for an instant; {@code null} for none. */
    public static Long millis(Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    /** Whether it is a file of this machine, and so nobody else's. */
    public boolean isSqlite() {
        return engine == Engine.SQLITE;
    }

    /** The same on a database of the runtime, which opens and closes its connections itself. */
    public static Store openInBackground(String bean, DataSource source) {
        return new Store(Engine.POSTGRESQL, CompletableFuture.supplyAsync(() -> Connections.of(bean, source)));
    }

    /**
     * Returns when the store is open.
     *
     * @throws StoreUnavailable where it cannot be opened
     */
    public void awaitOpen() {
        connections();
    }

    /**
     * Runs the work in one transaction: all of it is committed, or none. It may be run several times before, where
     * PostgreSQL ends it in favour of another one; so it must do nothing besides that would count twice.
     *
     * @throws RuntimeException whatever the work threw, after the rollback
     */
    public <T> T transaction(Function<Handle, T> work) {
        return told(measured(() -> connections().transaction(work)));
    }

    /**
     * Like {@link #transaction}, before other writers that wait: for what somebody outside waits for. Where all is urgent,
     * nothing is.
     */
    public <T> T urgent(Function<Handle, T> work) {
        return told(measured(() -> connections().urgent(work)));
    }

    /** Has the transactions measured from now on. */
    public void measure(Measures by) {
        measures = by;
    }

    private <T> T measured(Supplier<T> transaction) {
        long start = System.nanoTime();
        T result = transaction.get();
        measures.committed(System.nanoTime() - start);
        return result;
    }

    private <T> T told(T result) {
        listeners.forEach(this::tell);
        return result;
    }

    /**
     * Runs the work in one transaction that a power cut may undo, since nothing waits for the disk, and that wakes nobody:
     * for leases, which only say who is at work. A kill of the process undoes nothing, and no other transaction is
     * weaker for it: the next one that waits for the disk makes this one durable too.
     *
     * @throws RuntimeException whatever the work threw, after the rollback
     */
    public <T> T leasing(Function<Handle, T> work) {
        return connections().transaction(handle -> engine.withoutWaiting(handle, work), work);
    }

    /** What was committed is committed: a listener that fails must not make it look otherwise. */
    private void tell(CommitListener listener) {
        try {
            listener.committed();
        } catch (RuntimeException e) {
            faults.happened("waking who waits for commits, and looks for itself later,", e);
        }
    }

    /** Runs a query outside any transaction of {@link #transaction}. */
    public <T> T read(Function<Handle, T> query) {
        return connections().read(query);
    }

    /** Calls the listener after every committed transaction, on the thread that committed; it must return at once. */
    public void onCommit(CommitListener listener) {
        listeners.add(listener);
    }

    /**
     * Says that this process takes leases from now on, and ends those of processes that are gone, so that a restart after
     * a kill need not wait for them to expire.
     *
     * <p>On SQLite only. On PostgreSQL, and wherever it cannot be known that a process is gone, a lease expires in its own
     * time.
     */
    public void enter(Node node) {
        Optional<Path> file = engine == Engine.SQLITE ? connections().file().path() : Optional.empty();
        if (file.isEmpty()) {
            return;
        }
        try {
            presence = Presence.enter(file.get(), node, this::releaseLeases);
        } catch (IOException e) {
            LOG.warn("What was at work when a process was killed waits until its lease has run out: {}", Words.why(e));
        }
    }

    private void releaseLeases(String mark) {
        transaction(handle -> {
            for (String table : LEASED) {
                handle
                        .createQuery("select distinct lease_owner from " + table + " where lease_owner <> ''")
                        .mapTo(String.class)
                        .list()
                        .stream()
                        .filter(owner -> mark.equals(Node.mark(owner)))
                        .forEach(owner -> handle.createUpdate("update " + table
                                        + " set lease_owner = '', lease_until = 0 where lease_owner = :owner")
                                .bind("owner", owner)
                                .execute());
            }
            return null;
        });
    }

    /** The time of the database's own machine; empty on SQLite, whose machine is this one. */
    public Optional<Instant> databaseTime() {
        if (engine == Engine.SQLITE) {
            return Optional.empty();
        }
        return read(handle -> handle.createQuery("select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)")
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli));
    }

    /** The statement in {@code <package of owner>/<name>.sql}, without its comments. */
    public String sql(Class<?> owner, String name) {
        return locator.locate(owner.getPackageName().replace('.', '/') + "/" + name);
    }

    @Override
    public void close() {
        try {
            connections().close();
            if (presence != null) {
                presence.close();
            }
        } catch (StoreUnavailable e) {
            LOG.debug("Nothing to close: the store could not be opened");
        } catch (IOException e) {
            LOG.debug("The file that shows this process to others could not be closed", e);
        }
    }

    private Connections connections() {
        return Joined.result(connections);
    }

    /** Told of committed transactions. */
    @FunctionalInterface
    public interface CommitListener {
        void committed();
    }
}
