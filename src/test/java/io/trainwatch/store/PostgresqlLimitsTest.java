package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trainwatch.conventions.Situation;
import io.trainwatch.errors.Outage;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a store on PostgreSQL waits, and how it gets on with a server that is set up otherwise. */
class PostgresqlLimitsTest {

    private static final String ISOLATION = "default_transaction_isolation";

    /** So that a test need not wait as long as a node does. */
    private static final String HASTY = "&socketTimeout=1&connectTimeout=1&loginTimeout=1";

    @TempDir
    Path folder;

    @Test
    void theSessionsHaveTimesThatEnd() {
        try (Store store = FreshDatabase.on(Engine.POSTGRESQL, folder).open()) {
            assertThat(setting(store, "statement_timeout")).isEqualTo("10s");
            assertThat(setting(store, "lock_timeout")).isEqualTo("5s");
            assertThat(setting(store, "idle_in_transaction_session_timeout")).isEqualTo("10s");
            assertThat(setting(store, "tcp_user_timeout")).isEqualTo("10000");
            assertThat(setting(store, ISOLATION)).isEqualTo("read committed");
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

    @Situation(
            of = Situation.Of.MACHINES,
            when = "Nothing comes from PostgreSQL any more",
            then = "15 seconds are waited, less than a lease")
    @Test
    void aHostThatSendsNothingIsNotWaitedForLongerThanALease() {
        try (Store store = FreshDatabase.on(Engine.POSTGRESQL, folder).open()) {
            assertThat(socketTimeout(store)).isEqualTo(15_000);
        }
    }

    @Test
    void aServerWhoseHostLostItsPowerIsAwayUntilItIsBack() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        try (SilentNetwork network = SilentNetwork.before(database);
                Store store = Store.open(network.through(database).url() + HASTY, database.user(), null)) {
            assertThat(pauses(store)).isEmpty();
            network.cut();
            assertThatThrownBy(() -> pauses(store))
                    .satisfies(thrown -> assertThat(Outage.isOfStore(thrown)).isTrue());
            network.mend();
            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> pauses(store).isEmpty());
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "A node is cut off within a transaction",
            then = "PostgreSQL ends the transaction, and its rows are free for the other nodes")
    @Test
    void aNodeThatIsCutOffWithinATransactionLetsItsRowsGo() throws Exception {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        String silent = "&options=-c%20idle_in_transaction_session_timeout=200ms";
        try (SilentNetwork network = SilentNetwork.before(database);
                Store cutOff = Store.open(network.through(database).url() + HASTY + silent, database.user(), null);
                Store other = database.open()) {
            other.transaction(handle -> handle.execute("insert into tenant (alias) values ('acme')"));
            assertThatThrownBy(() -> cutOff.transaction(handle -> {
                        handle.execute("update tenant set pauses = 1");
                        network.cut();
                        other.transaction(second -> second.execute("update tenant set pauses = 2"));
                        return handle.execute("update tenant set pauses = 3");
                    }))
                    .satisfies(thrown -> assertThat(Outage.isOfStore(thrown)).isTrue());
            assertThat(pauses(other)).containsExactly(2);
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

    @Situation(
            of = Situation.Of.MACHINES,
            when = "`default_transaction_isolation` is `serializable`",
            then = "Transactions that PostgreSQL ends for others are repeated")
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
            assertThat(pauses(store)).containsExactly(4);
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The user of PostgreSQL may only select, insert, update and delete",
            then = "`check` and the start are well as long as no migration is pending")
    @Test
    void aUserThatMayNotMakeTablesIsEnoughWhereAllAreThere() {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        String user = "writer_" + System.nanoTime();
        try (Store owner = database.open()) {
            owner.transaction(handle -> {
                handle.execute("create role " + user + " login");
                handle.execute("grant usage on schema " + schemaOf(database) + " to " + user);
                return handle.execute("grant select on all tables in schema " + schemaOf(database) + " to " + user);
            });
            assertThatThrownBy(() -> Store.inspect(urlFor(user, database), user, null))
                    .hasMessageContaining("the user has no right to INSERT");
            owner.transaction(handle -> handle.execute("grant select, insert, update, delete on all tables in schema "
                    + schemaOf(database) + " to " + user));
        }
        assertThat(Store.inspect(urlFor(user, database), user, null)).matches("PostgreSQL, schema \\d+");
        try (Store store = Store.open(urlFor(user, database), user, null)) {
            store.transaction(handle -> handle.execute("insert into tenant (alias) values ('acme')"));
        }
        FreshDatabase empty = FreshDatabase.on(Engine.POSTGRESQL, folder);
        try (Store owner = database.open()) {
            owner.transaction(handle -> handle.execute("grant usage on schema " + schemaOf(empty) + " to " + user));
        }
        assertThatThrownBy(() -> Store.inspect(urlFor(user, empty), user, null))
                .hasMessageContaining("the user may not make tables in the schema");
    }

    @Situation(of = Situation.Of.MACHINES, when = "The schema of the URL is missing", then = "It is called that")
    @Test
    void aMissingSchemaIsCalledThat() {
        FreshDatabase database = FreshDatabase.on(Engine.POSTGRESQL, folder);
        String url = database.url().replace(schemaOf(database), "nowhere");
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> Store.inspect(url, database.user(), null), () -> Store.open(url, database.user(), null))) {
            assertThatThrownBy(use)
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("the schema nowhere is missing")
                    .hasMessageContaining("currentSchema in trainwatch.store.url");
        }
    }

    private static String schemaOf(FreshDatabase database) {
        return database.url().replaceFirst(".*currentSchema=", "");
    }

    private static String urlFor(String user, FreshDatabase database) {
        return database.url().replace("user=" + database.user(), "user=" + user);
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

    private static List<Integer> pauses(Store store) {
        return store.read(handle -> handle.createQuery("select pauses from tenant")
                .mapTo(Integer.class)
                .list());
    }
}
