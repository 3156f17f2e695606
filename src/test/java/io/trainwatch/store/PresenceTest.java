package io.trainwatch.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is thought gone: only a process that does not hold its file any more, wherever its number would be another. */
class PresenceTest {

    /** Where the other process runs. */
    enum Place {
        BESIDE,
        /** As in another container: its number is 1, and no process of this side has its number there. */
        IN_ANOTHER_PID_NAMESPACE
    }

    private static final List<String> LEASED = List.of("job", "delivery", "duty", "training", "project");

    @TempDir
    Path folder;

    private FreshDatabase database;
    private Store store;
    private Process other;

    @BeforeEach
    void open() {
        database = FreshDatabase.on(Engine.SQLITE, folder);
        store = database.open();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        if (other != null) {
            PidNamespace.kill(other);
        }
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "Two processes or containers share a SQLite file",
            then = "The living one keeps its leases; those of a killed one are free at the next start")
    @ParameterizedTest
    @EnumSource(Place.class)
    void aLivingProcessKeepsItsLeasesAndOneThatWasKilledLosesThemAtOnce(Place place) throws Exception {
        String id = startOther(place);
        lease(id);
        store.enter(Node.thisProcess("second"));
        assertThat(owners()).containsOnly(id);
        assertThat(nodeFiles()).anyMatch(file -> file.endsWith(Node.mark(id)));

        PidNamespace.kill(other);
        store.close();
        store = database.open();
        store.enter(Node.thisProcess("third"));
        assertThat(owners()).hasSize(LEASED.size()).containsOnly("");
        assertThat(nodeFiles()).as("that of the killed one").noneMatch(file -> file.endsWith(Node.mark(id)));
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void oneThatStartsBesideThisProcessLeavesItsLeases(Place place) throws Exception {
        Node first = Node.thisProcess("first");
        store.enter(first);
        lease(first.id());
        startOther(place);
        assertThat(owners()).containsOnly(first.id());
    }

    @Test
    void twoStoresOfOneProcessDoNotThinkEachOtherGone() throws Exception {
        Node first = Node.thisProcess("first");
        store.enter(first);
        lease(first.id());
        try (Store second = database.open()) {
            second.enter(Node.thisProcess("second"));
            assertThat(owners()).containsOnly(first.id());
        }
        startOther(Place.BESIDE);
        assertThat(owners()).as("the lock outlives the other store").containsOnly(first.id());
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "It cannot be known whether a process is gone",
            then = "Its leases run out")
    @Test
    void ofAProcessWithoutAFileNothingIsKnown() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        // As an earlier version signed, and as a container that has the same file from elsewhere.
        lease("node/" + ended.pid() + "/0/12345678");
        store.enter(Node.thisProcess("second"));
        assertThat(owners()).containsOnly("node/" + ended.pid() + "/0/12345678");
        leaseAnew("somebody who signs otherwise");
        store.close();
        store = database.open();
        store.enter(Node.thisProcess("third"));
        assertThat(owners()).containsOnly("somebody who signs otherwise");
    }

    @Test
    void aNameMayHoldSlashes() {
        store.enter(Node.thisProcess("rack/7/node"));
        try (Store second = database.open()) {
            second.enter(Node.thisProcess("rack/7/node"));
        }
        assertThat(Node.mark("rack/7/node/12/1700000000000/12345678")).isEqualTo("12-1700000000000-12345678");
        assertThat(Node.mark("somebody else")).isEmpty();
    }

    @Test
    void whatAStoppedProcessLeftIsFreeAtTheNextStart() throws Exception {
        String id = startOther(Place.BESIDE);
        lease(id);
        other.getOutputStream().close();
        assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        store.enter(Node.thisProcess("second"));
        assertThat(owners()).containsOnly("");
    }

    /** Another process on the same store; returns as soon as it has entered, with its id. */
    private String startOther(Place place) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                database.url());
        if (place == Place.IN_ANOTHER_PID_NAMESPACE) {
            PidNamespace.assumeAllowed();
            command = PidNamespace.with(command);
        }
        other = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader printed = other.inputReader();
        String line = printed.readLine();
        while (line != null && !line.startsWith("entered ")) {
            line = printed.readLine();
        }
        assertThat(line).as("the other process enters").isNotNull();
        return line.substring("entered ".length());
    }

    /** Enters a store and stays there until its input ends. */
    static final class Other {

        private Other() {}

        public static void main(String[] url) throws IOException {
            try (Store store = Store.open(url[0], null, null)) {
                Node node = Node.thisProcess("other");
                store.enter(node);
                System.out.println("entered " + node.id());
                System.in.read();
            }
        }
    }

    private void lease(String owner) {
        store.transaction(handle -> {
            handle.execute("insert into job (id, tenant, project_id, job_id, epoch, phase, observed, watched_since,"
                    + " next_poll_at) values ('j', 't', 'p', 'j', 1, 'WATCHING', '{}', 0, 0)");
            handle.execute("insert into event (id, job, type, body, created_at) values ('e', 'j', 't', '{}', 0)");
            handle.execute("insert into delivery (event_seq, target, job, status, next_attempt_at)"
                    + " select seq, 'target', 'j', 'pending', 0 from event");
            handle.execute("insert into project (id, tenant, project_id) values ('t:p', 't', 'p')");
            handle.execute("insert into training (tenant, mode, ordered_at, followed_at, status, next_try_at)"
                    + " values ('t', 'full', 0, 0, 'OPEN', 0)");
            return null;
        });
        leaseAnew(owner);
    }

    private void leaseAnew(String owner) {
        store.transaction(handle -> {
            LEASED.forEach(table ->
                    handle.execute("update " + table + " set lease_owner = ?, lease_until = 4000000000000", owner));
            return null;
        });
    }

    private List<String> owners() {
        return store.read(handle -> LEASED.stream()
                .map(table -> handle.createQuery("select lease_owner from " + table)
                        .mapTo(String.class)
                        .one())
                .toList());
    }

    private List<String> nodeFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString)
                    .filter(file -> file.contains(".db-node-"))
                    .toList();
        }
    }
}
