package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@OnBothEngines
class StoreTest {

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    private FreshDatabase database;
    private Store store;

    @BeforeEach
    void open() {
        database = FreshDatabase.on(engine, folder);
        store = database.open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theFirstToOpenItMakesTheTables() {
        assertThat(tenants()).isEmpty();
        assertThat(Rows.count(store, "duty")).isEqualTo(1);
        assertThat(Rows.count(store, "chain")).isEqualTo(1);
    }

    @Test
    void onlyADatabaseOfItsOwnTellsTheTime() {
        Instant before = Instant.now();
        Optional<Instant> told = store.databaseTime();
        assertThat(told.isPresent()).isEqualTo(engine == Engine.POSTGRESQL);
        // It is told in whole milliseconds.
        told.ifPresent(time ->
                assertThat(time).isBetween(before.minusMillis(1), Instant.now().plusMillis(1)));
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() {
        store.transaction(handle -> add(handle, "kept"));
        store.close();
        store = database.open();
        assertThat(tenants()).containsExactly("kept");
    }

    @Test
    void transactionsThatWaitForEachOthersRowsAreAllCommitted() throws Exception {
        store.transaction(handle -> add(handle, "one") + add(handle, "other"));
        // SQLite lets one writer in at a time, so there is nobody to wait for.
        CyclicBarrier bothHaveOne = new CyclicBarrier(engine == Engine.SQLITE ? 1 : 2);
        AtomicInteger runs = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> both = new ArrayList<>();
            for (List<String> order : List.of(List.of("one", "other"), List.of("other", "one"))) {
                both.add(threads.submit(() -> store.transaction(handle -> {
                    pause(handle, order.get(0));
                    if (runs.incrementAndGet() <= 2) {
                        await(bothHaveOne);
                    }
                    return pause(handle, order.get(1));
                })));
            }
            for (Future<?> each : both) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        // PostgreSQL may break the knot more than once, where the one that runs again is there first.
        assertThat(runs).hasValueGreaterThanOrEqualTo(engine == Engine.SQLITE ? 2 : 3);
        assertThat(store.<Integer>read(handle -> handle.createQuery("select sum(paused_until) from tenant")
                        .mapTo(Integer.class)
                        .one()))
                .as("each is counted once")
                .isEqualTo(4);
    }

    private static int pause(Handle handle, String tenant) {
        return handle.createUpdate("update tenant set paused_until = paused_until + 1 where alias = :alias")
                .bind("alias", tenant)
                .execute();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @RepeatedTest(5)
    void severalMayOpenItAtOnce() throws Exception {
        FreshDatabase shared = FreshDatabase.on(engine, folder);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<Store>> opened = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                opened.add(threads.submit(shared::open));
            }
            for (Future<Store> one : opened) {
                one.get(30, TimeUnit.SECONDS).close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aTransactionIsCommittedWholeOrNotAtAll() {
        assertThatThrownBy(() -> store.transaction(handle -> {
                    add(handle, "first");
                    add(handle, "second");
                    throw new IllegalArgumentException("in the middle");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("in the middle");
        assertThat(tenants()).isEmpty();
    }

    @Test
    void aStatementThatFailsTakesTheWholeTransactionWithIt() {
        store.transaction(handle -> add(handle, "there"));
        assertThatThrownBy(() -> store.transaction(handle -> {
                    add(handle, "new");
                    return add(handle, "there");
                }))
                .hasMessageContaining("alias");
        assertThat(tenants()).containsExactly("there");
    }

    @Test
    void aLeaseDoesNotWaitForTheDiskAndWhatFollowsDoes() {
        List<String> told = new ArrayList<>();
        store.onCommit(() -> told.add("commit"));
        String setting = engine == Engine.SQLITE ? "pragma synchronous" : "show synchronous_commit";
        assertThat(store.<String>leasing(handle -> waiting(handle, setting)))
                .isEqualTo(engine == Engine.SQLITE ? "1" : "off");
        assertThatThrownBy(() -> store.leasing(handle -> {
                    add(handle, "undone");
                    throw new IllegalArgumentException("in the middle");
                }))
                .hasMessage("in the middle");
        assertThat(told).isEmpty();
        assertThat(store.<String>transaction(handle -> waiting(handle, setting)))
                .isEqualTo(engine == Engine.SQLITE ? "2" : "on");
        assertThat(tenants()).isEmpty();
    }

    private static String waiting(Handle handle, String setting) {
        return handle.createQuery(setting).mapTo(String.class).one();
    }

    @Test
    void listenersAreToldOfEachCommitAndOfNothingElse() {
        AtomicInteger commits = new AtomicInteger();
        List<List<String>> seen = new ArrayList<>();
        store.onCommit(commits::incrementAndGet);
        store.onCommit(() -> seen.add(tenants()));

        store.transaction(handle -> add(handle, "one"));
        tenants();
        assertThatThrownBy(() -> store.transaction(handle -> {
                    throw new IllegalArgumentException();
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(commits).hasValue(1);
        assertThat(seen).as("what a listener finds in the store").containsExactly(List.of("one"));
    }

    @Test
    void aListenerThatFailsDoesNotMakeACommitLookLikeAFailure() {
        AtomicInteger told = new AtomicInteger();
        store.onCommit(() -> {
            throw new IllegalStateException("the context is stopping");
        });
        store.onCommit(told::incrementAndGet);
        assertThat(store.<Integer>transaction(handle -> add(handle, "kept"))).isEqualTo(1);
        assertThat(told).hasValue(1);
        assertThat(tenants()).containsExactly("kept");
    }

    @Test
    void whoFailsAmongManyWritersFailsAlone() throws Exception {
        int writers = 12;
        CyclicBarrier together = new CyclicBarrier(writers);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                String alias = "writer-" + i;
                boolean fails = i % 3 == 0;
                running.add(threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    for (int update = 0; update < 20; update++) {
                        String name = alias + "-" + update;
                        Function<Handle, Integer> work = handle -> {
                            add(handle, name);
                            if (fails) {
                                throw new IllegalArgumentException(name);
                            }
                            return 1;
                        };
                        if (fails) {
                            assertThatThrownBy(() -> store.transaction(work)).hasMessage(name);
                        } else {
                            store.transaction(work);
                            assertThat(tenants()).as("committed on return").contains(name);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tenants()).hasSize(8 * 20).noneMatch(name -> name.matches("writer-(0|3|6|9)-.*"));
    }

    @Test
    void manyWritersAllGetThroughAndNoUpdateIsLost() throws Exception {
        int writers = 8;
        int updatesEach = 40;
        store.transaction(handle -> add(handle, "counter"));
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                running.add(threads.submit(() -> {
                    for (int update = 0; update < updatesEach; update++) {
                        store.transaction(handle ->
                                handle.execute("update tenant set pauses = pauses + 1 where alias = 'counter'"));
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(store.<Long>read(handle -> handle.createQuery("select pauses from tenant")
                        .mapTo(Long.class)
                        .one()))
                .isEqualTo((long) writers * updatesEach);
    }

    @Test
    void readersDoNotWaitForAWriter() {
        store.transaction(handle -> add(handle, "committed"));
        List<String> seen = store.transaction(handle -> {
            add(handle, "uncommitted");
            return CompletableFuture.supplyAsync(this::tenants)
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        });
        assertThat(seen).containsExactly("committed");
    }

    /** On SQLite see {@link PresenceTest}; on PostgreSQL a process may well live on another machine. */
    @Test
    void noLeaseEndsBeforeItsTimeWhereNothingIsKnownOfItsProcess() {
        store.transaction(handle -> handle.execute(
                "insert into job (id, tenant, project_id, job_id, epoch, phase, observed, watched_since, next_poll_at,"
                        + " lease_owner, lease_until) values ('j', 't', 'p', 'j', 1, 'WATCHING', '{}', 0, 0, ?, 1)",
                "node/999999999/0/12345678"));
        store.enter(Node.thisProcess("next"));
        assertThat(store.<String>read(handle -> handle.createQuery("select lease_owner from job")
                        .mapTo(String.class)
                        .one()))
                .isEqualTo("node/999999999/0/12345678");
    }

    private List<String> tenants() {
        return store.read(handle -> handle.createQuery("select alias from tenant order by alias")
                .mapTo(String.class)
                .list());
    }

    private static int add(Handle handle, String tenant) {
        return handle.execute("insert into tenant (alias) values (?)", tenant);
    }
}
