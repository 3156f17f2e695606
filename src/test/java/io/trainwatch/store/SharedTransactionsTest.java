package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedTransactionsTest {

    @TempDir
    Path folder;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean(true);

    @Test
    void aTransactionThatCannotBeginGivesItsConnectionBackAndTheNextOneIsCommitted() {
        SharedTransactions transactions = new SharedTransactions(Jdbi.create(this::connect));

        assertThatThrownBy(() -> transactions.run(handle -> handle.execute("create table t (a integer)")))
                .hasStackTraceContaining("database is locked");
        assertThat(open).hasValue(0);

        transactions.run(handle -> handle.execute("create table t (a integer)"));
        transactions.run(handle -> handle.execute("insert into t values (1)"));
        assertThat((int) transactions.run(handle -> handle.createQuery("select count(*) from t")
                        .mapTo(Integer.class)
                        .one()))
                .isEqualTo(1);
        assertThat(open).hasValue(0);
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
