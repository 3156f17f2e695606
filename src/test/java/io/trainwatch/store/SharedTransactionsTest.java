package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedTransactionsTest {

    @TempDir
    Path folder;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean(true);

    @Test
    void aTransactionThatCannotBeginGivesItsConnectionBackAndTheNextOneIsCommitted() {
        SharedTransactions transactions = new SharedTransactions(Jdbi.create(this::connect));

        assertThatThrownBy(() -> transactions.run(handle -> handle.execute("create table t (a integer)")))
                .hasStackTraceContaining("database is locked");
        assertThat(open).hasValue(0);

        transactions.run(handle -> handle.execute("create table t (a integer)"));
        transactions.run(handle -> handle.execute("insert into t values (1)"));
        assertThat(transactions.<Integer>run(handle -> handle.createQuery("select count(*) from t")
                        .mapTo(Integer.class)
                        .one()))
                .isEqualTo(1);
        assertThat(open).hasValue(0);
    }

    @Test
    void whoWaitsTogetherIsCommittedTogetherAndWhoIsUrgentGoesFirst() throws Exception {
        SharedTransactions transactions = withTable();
        int before = commits.get();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> all = new ArrayList<>();
            all.add(threads.submit(() -> transactions.run(handle -> {
                begun.countDown();
                awaitUninterruptibly(go);
                return insert(handle, "first");
            })));
            begun.await();
            for (int i = 0; i < 5; i++) {
                all.add(waiting(threads, () -> transactions.run(handle -> insert(handle, "usual"))));
            }
            all.add(waiting(threads, () -> transactions.runUrgently(handle -> insert(handle, "urgent"))));
            go.countDown();
            for (Future<?> one : all) {
                one.get(10, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        List<String> order = transactions.run(handle -> handle.createQuery("select who from t order by rowid")
                .mapTo(String.class)
                .list());
        assertThat(order).hasSize(7);
        assertThat(order.indexOf("urgent"))
                .as("behind the one that was at work and the one next in line: %s", order)
                .isLessThanOrEqualTo(2);
        assertThat(commits.get() - before).as("of seven writers and one reader").isLessThanOrEqualTo(4);
        assertThat(open).hasValue(0);
    }

    @Test
    void whatOneDoesThatFailsIsUndoneAlone() throws Exception {
        SharedTransactions transactions = withTable();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<?> first = threads.submit(() -> transactions.run(handle -> {
                begun.countDown();
                awaitUninterruptibly(go);
                return insert(handle, "good");
            }));
            begun.await();
            Future<?> failing = waiting(
                    threads,
                    () -> transactions.run(handle -> {
                        insert(handle, "bad");
                        throw new IllegalStateException("on purpose");
                    }));
            go.countDown();
            first.get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> failing.get(10, TimeUnit.SECONDS)).hasStackTraceContaining("on purpose");
        } finally {
            threads.shutdownNow();
        }
        assertThat(transactions.<List<String>>run(handle -> handle.createQuery("select who from t")
                        .mapTo(String.class)
                        .list()))
                .containsExactly("good");
    }

    @Test
    void whereTheTransactionOfSeveralIsLostEachDoesItsWorkAgainInOneOfItsOwn() throws Exception {
        SharedTransactions transactions = withTable();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<?> first = threads.submit(() -> transactions.run(handle -> {
                begun.countDown();
                awaitUninterruptibly(go);
                return insert(handle, "first");
            }));
            begun.await();
            Future<?> failing = waiting(
                    threads,
                    () -> transactions.run(handle -> {
                        // As SQLite does by itself on some failures.
                        handle.execute("rollback");
                        throw new IllegalStateException("on purpose");
                    }));
            Future<?> last = waiting(threads, () -> transactions.run(handle -> insert(handle, "last")));
            go.countDown();
            first.get(10, TimeUnit.SECONDS);
            last.get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> failing.get(10, TimeUnit.SECONDS)).hasStackTraceContaining("on purpose");
        } finally {
            threads.shutdownNow();
        }
        assertThat(transactions.<List<String>>run(handle -> handle.createQuery("select who from t")
                        .mapTo(String.class)
                        .list()))
                .containsExactlyInAnyOrder("first", "last");
        assertThat(open).hasValue(0);
    }

    @Test
    void aTransactionWithinATransactionIsRefused() {
        SharedTransactions transactions = withTable();
        assertThatThrownBy(() -> transactions.run(outer -> transactions.run(inner -> null)))
                .hasMessageContaining("within a transaction");
        assertThatThrownBy(() -> transactions.run(outer -> transactions.runUrgently(inner -> null)))
                .hasMessageContaining("within a transaction");
    }

    private SharedTransactions withTable() {
        busy.set(false);
        SharedTransactions transactions = new SharedTransactions(Jdbi.create(this::connect));
        transactions.run(handle -> handle.execute("create table t (who text)"));
        return transactions;
    }

    private static Object insert(Handle handle, String who) {
        return handle.execute("insert into t values (?)", who);
    }

    /** Starts the work, and returns when its thread waits for its turn. */
    private static Future<?> waiting(ExecutorService threads, Callable<?> work) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<?> result = threads.submit(() -> {
            thread.complete(Thread.currentThread());
            return work.call();
        });
        Awaitility.await().until(() -> thread.get().getState() == Thread.State.WAITING);
        return result;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection to the file, which refuses the first transaction as one does whose file another process has. */
    private Connection connect() throws SQLException {
        Connection real = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("shared.db"));
        open.incrementAndGet();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("setAutoCommit")
                            && Boolean.FALSE.equals(arguments[0])
                            && busy.getAndSet(false)) {
                        throw new SQLException("database is locked");
                    }
                    if (method.getName().equals("commit")) {
                        commits.incrementAndGet();
                    }
                    if (method.getName().equals("close") && !real.isClosed()) {
                        open.decrementAndGet();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
