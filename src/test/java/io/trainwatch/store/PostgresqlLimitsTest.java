package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.errors.Outage;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a store on PostgreSQL waits, and how it gets on with a server that is set up otherwise. */
class PostgresqlLimitsTest {

    private static final String ISOLATION = "default_transaction_isolation";

    @TempDir
    Path folder;

    @Test
    void theSessionsHaveTimesThatEnd() {
        try (Store store = FreshDatabase.on(Engine.POSTGRESQL, folder).open()) {
            assertThat(setting(store, "statement_timeout")).isEqualTo("10s");
            assertThat(setting(store, "lock_timeout")).isEqualTo("5s");
            assertThat(setting(store, "idle_in_transaction_session_timeout")).isEqualTo("10s");
        }
    }

    @Test
    void whatTheUrlSaysIsLeft() {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        String url = database.url() + "&options=-c%20statement_timeout=3s%20-c%20lock_timeout=2s&socketTimeout=7";
        try (Store store = Store.open(url, database.user(), null)) {
            assertThat(setting(store, "statement_timeout")).isEqualTo("3s");
            assertThat(setting(store, "lock_timeout")).isEqualTo("2s");
            assertThat(socketTimeout(store)).isEqualTo(7_000);
        }
    }

    @Test
    void aHostThatSendsNothingIsNotWaitedForLongerThanALease() {
        try (Store store = FreshDatabase.on(Engine.POSTGRESQL, folder).open()) {
            assertThat(socketTimeout(store)).isEqualTo(15_000);
        }
    }

    @Test
    void aTransactionThatWaitsForARowEndsAndCountsAsTheStoreBeingAway() {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        String url = database.url() + "&options=-c%20lock_timeout=100ms";
        try (Store store = Store.open(url, database.user(), null)) {
            store.transaction(handle -> handle.execute("insert into tenant (alias) values ('acme')"));
            store.transaction(handle -> {
                handle.execute("update tenant set pauses = 1");
                CompletableFuture<Integer> other = CompletableFuture.supplyAsync(
                        () -> store.transaction(second -> second.execute("update tenant set pauses = 2")));
                assertThatThrownBy(other::join)
                        .satisfies(
                                thrown -> assertThat(Outage.isOfStore(thrown)).isTrue());
                return null;
            });
        }
    }

    @Test
    void aNodeThatIsSilentWithinATransactionLetsItsRowsGo() {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        try (Store silent = Store.open(
                        database.url() + "&options=-c%20idle_in_transaction_session_timeout=200ms",
                        database.user(),
                        null);
                Store other = database.open()) {
            other.transaction(handle -> handle.execute("insert into tenant (alias) values ('acme')"));
            assertThatThrownBy(() -> silent.transaction(handle -> {
                        handle.execute("update tenant set pauses = 1");
                        other.transaction(second -> second.execute("update tenant set pauses = 2"));
                        return handle.execute("update tenant set pauses = 3");
                    }))
                    .satisfies(thrown -> assertThat(Outage.isOfStore(thrown)).isTrue());
            assertThat(pauses(other)).isEqualTo(2);
        }
    }

    @Test
    void transactionsAreRepeatedWhereTheServerMakesThemSerializable() {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        String url = database.url() + "&options=-c%20" + ISOLATION + "=serializable";
        try (Store store = Store.open(url, database.user(), null)) {
            assertThat(setting(store, ISOLATION)).isEqualTo("serializable");
            store.transaction(handle -> handle.execute("insert into tenant (alias) values ('acme')"));
            List<CompletableFuture<Integer>> all = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> store.transaction(handle -> {
                        int pauses = handle.createQuery("select pauses from tenant")
                                .mapTo(Integer.class)
                                .one();
                        return handle.execute("update tenant set pauses = ?", pauses + 1);
                    })))
                    .toList();
            all.forEach(CompletableFuture::join);
            assertThat(pauses(store)).isEqualTo(4);
        }
    }

    private static String setting(Store store, String name) {
        return store.read(handle -> handle.createQuery("select current_setting('" + name + "')")
                .mapTo(String.class)
                .one());
    }

    private static int socketTimeout(Store store) {
        return store.read(handle -> {
            try {
                return handle.getConnection().getNetworkTimeout();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static int pauses(Store store) {
        return store.read(handle -> handle.createQuery("select pauses from tenant")
                .mapTo(Integer.class)
                .one());
    }
}
