package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.conventions.Situation;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A store behind PgBouncer in transaction mode, as it comes. */
@EnabledIf("io.trainwatch.store.PgBouncer#isInstalled")
class PgBouncerTest {

    private static final int WRITERS = 8;
    /** More than the driver waits for before it prepares a statement on the server. */
    private static final int ROUNDS = 30;

    @TempDir
    Path folder;

    private PgBouncer pooler;

    @BeforeEach
    void start() throws Exception {
        pooler = PgBouncer.start(folder);
    }

    @AfterEach
    void stop() {
        pooler.close();
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "PgBouncer in transaction mode is before PostgreSQL",
            then = "The store works as it is: no statement is prepared on the server")
    @Test
    void itIsOpenedMigratedReadAndWrittenWithoutASetting() {
        try (Store store = Store.open(pooler.url(), null, null)) {
            write(store);
            assertThat(Rows.count(store, "tenant")).isEqualTo(WRITERS * ROUNDS);
        }
        assertThat(Store.inspect(pooler.url(), null, null)).matches("PostgreSQL, schema \\d+");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "PgBouncer gives each transaction another session",
            then = "Each transaction has its timeouts, and leaves none behind")
    @Test
    void everyTransactionHasItsTimesAndLeavesNoneBehind() {
        try (Store store = Store.open(pooler.url(), null, null)) {
            assertThat(List.of(store.transaction(PgBouncerTest::settings), store.leasing(PgBouncerTest::settings)))
                    .containsOnly("10s 5s 10s read committed");
            assertThat(IntStream.range(0, ROUNDS).mapToObj(i -> store.read(PgBouncerTest::settings)))
                    .containsOnly("0 0 0 read committed");
        }
    }

    @Test
    void whereTheServerIsSerializableTransactionsAreNotByThemselves() throws Exception {
        try (Statement statement = pooler.connectDirectly().createStatement()) {
            statement.execute("alter database " + statement.getConnection().getCatalog()
                    + " set default_transaction_isolation = serializable");
        }
        try (Store store = Store.open(pooler.url(), null, null)) {
            assertThat(store.transaction(PgBouncerTest::settings)).endsWith("read committed");
            write(store);
        }
    }

    @Test
    void preparedStatementsThatTheUrlAsksForFailWithTheParameterToSet() {
        assertThatThrownBy(() -> Store.open(pooler.url() + "&prepareThreshold=1", null, null))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("prepared statement")
                .hasMessageContaining("prepareThreshold=0 in trainwatch.store.url");
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "PgBouncer refuses what the URL sets at the connect",
            then = "The error names `ignore_startup_parameters`")
    @Test
    void whatItRefusesAtTheConnectIsSaidWithItsRemedy() {
        for (String parameter : List.of("currentSchema=public", "options=-c%20lock_timeout=2s")) {
            assertThatThrownBy(() -> Store.open(pooler.url() + "&" + parameter, null, null))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("unsupported startup parameter")
                    .hasMessageContaining("ignore_startup_parameters");
        }
    }

    private static void write(Store store) {
        List<CompletableFuture<Void>> writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        String alias = writer + "-" + i;
                        store.transaction(
                                handle -> handle.execute("insert into tenant (alias, pauses) values (?, 1)", alias));
                        store.read(handle -> handle.createQuery("select pauses from tenant where alias = :alias")
                                .bind("alias", alias)
                                .mapTo(Integer.class)
                                .one());
                    }
                }))
                .toList();
        writers.forEach(CompletableFuture::join);
    }

    private static String settings(Handle handle) {
        return handle.createQuery(
                        "select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')"
                                + " || ' ' || current_setting('idle_in_transaction_session_timeout')"
                                + " || ' ' || current_setting('transaction_isolation')")
                .mapTo(String.class)
                .one();
    }
}
