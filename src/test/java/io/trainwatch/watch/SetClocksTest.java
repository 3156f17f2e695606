package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.KeptTimes;
import io.trainwatch.store.MeasuredClock;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.store.SettableMachine;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Machines whose clocks are wrong or are set, with one store. On SQLite the store's clock is the machine's. */
@OnBothEngines
class SetClocksTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TURN = Duration.ofSeconds(2);
    /** N5 of docs/design.md. */
    private static final Duration AT_MOST = TestNode.INTERVAL.multipliedBy(2).plusSeconds(30);

    private static final List<JobKey> JOBS =
            IntStream.range(0, 30).mapToObj(i -> job("job-" + i)).toList();

    @Parameter
    Engine engine;

    @TempDir
    Path folder;

    /** The clocks of PostgreSQL's machine; of the only machine where there is SQLite. */
    private final SettableMachine server = new SettableMachine(START);

    private final List<Machine> machines = new ArrayList<>();
    /** In real time, since the start. */
    private Duration passed = Duration.ZERO;

    private final Map<JobKey, Duration> lookedAt = new HashMap<>();
    private final Map<String, Integer> looksByNode = new HashMap<>();
    private final Random random = new Random(7);
    private Store store;

    /** A machine with a node on it, which looks at jobs and keeps the time. */
    private final class Machine implements AutoCloseable {

        final SettableMachine clocks;
        final MeasuredClock clock;
        final TestNode node;
        final KeptTimes times;

        Machine(String name, SettableMachine clocks) {
            this.clocks = clocks;
            Supplier<Optional<Instant>> database =
                    () -> engine == Engine.SQLITE ? Optional.empty() : Optional.of(server.wall());
            this.clock = new MeasuredClock(clocks.clock(), database, TestNode.LEASE);
            this.node = new TestNode(store, name, Setup.USUAL, clock);
            this.times = new KeptTimes(store, node.watch.longestWaits(), (handle, set) -> {});
            keepTime();
            machines.add(this);
        }

        void keepTime() {
            clock.measure();
            times.at(clock.instant());
        }

        void turn() {
            keepTime();
            node.watch.looks().extendLeases();
            for (Look look : node.claim()) {
                node.see(look, running(look, 10));
                Duration before = lookedAt.put(look.key(), passed);
                looksByNode.merge(node.watch.leases().node(), 1, Integer::sum);
                assertThat(passed.minus(before == null ? Duration.ZERO : before))
                        .as("%s is looked at in time", look.key())
                        .isLessThanOrEqualTo(AT_MOST);
            }
            node.settle();
        }

        /** As a kill does. */
        @Override
        public void close() {
            machines.remove(this);
            node.close();
        }
    }

    @BeforeEach
    void open() {
        store = FreshDatabase.on(engine, folder).open();
    }

    @AfterEach
    void close() {
        List.copyOf(machines).forEach(Machine::close);
        store.close();
    }

    private Machine machine(String name) {
        return new Machine(name, server);
    }

    private Machine machine(String name, Duration ahead) {
        return new Machine(name, new SettableMachine(server.wall().plus(ahead)));
    }

    /** Lets all machines work so long, a turn each two seconds. */
    private void goOn(Duration time) {
        for (Duration end = passed.plus(time); passed.compareTo(end) < 0; ) {
            server.pass(TURN);
            machines.stream()
                    .map(machine -> machine.clocks)
                    .filter(clocks -> clocks != server)
                    .forEach(clocks -> clocks.pass(TURN));
            passed = passed.plus(TURN);
            Collections.shuffle(machines, random);
            machines.forEach(Machine::turn);
        }
        assertThat(lookedAt).hasSameSizeAs(JOBS);
        lookedAt.forEach((job, at) ->
                assertThat(passed.minus(at)).as("%s is looked at in time", job).isLessThanOrEqualTo(AT_MOST));
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The clock is set back, by seconds or a year",
            then = "Looks go on at once, and what waits moves back with the clock")
    @Test
    void aClockThatIsSetBackKeepsNoJobFromBeingLookedAt() {
        Machine machine = machine("node-1");
        machine.node.watch.list().add(JOBS, "test");
        goOn(Duration.ofSeconds(40));
        for (Duration by : List.of(HOUR, Duration.ofMinutes(4), Duration.ofDays(400), Duration.ofSeconds(50))) {
            server.set(by.negated());
            goOn(AT_MOST);
        }
        assertThat(machine.node.watch.commits().refused()).isZero();
        assertThat(machine.node.watch.list().figures().unseen(Duration.ZERO)).isEmpty();
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The clock is set back while the service is stopped",
            then = "Looks begin with the next start")
    @Test
    void norDoesItAcrossARestart() {
        Machine killed = machine("node-1");
        killed.node.watch.list().add(JOBS, "test");
        goOn(Duration.ofSeconds(40));
        killed.close();
        server.set(HOUR.negated());
        machine("node-2");
        goOn(AT_MOST);
    }

    @Test
    void aClockThatIsSetForwardBringsLooksForwardOnce() {
        Machine machine = machine("node-1");
        machine.node.watch.list().add(JOBS, "test");
        goOn(Duration.ofSeconds(40));
        int before = looksByNode.get("node-1");
        server.set(HOUR);
        goOn(Duration.ofMinutes(1));
        assertThat(looksByNode.get("node-1") - before).isBetween(4 * JOBS.size(), 6 * JOBS.size());
    }

    /** Written before another process noticed, or by a version that knew nothing of this. */
    @Situation(
            of = Situation.Of.MACHINES,
            when = "A look is due further ahead than any wait can be",
            then = "It is pulled in")
    @Test
    void aDueTimeFurtherAheadThanAnyWaitIsPulledIn() {
        Machine machine = machine("node-1");
        machine.node.watch.list().add(JOBS, "test");
        goOn(Duration.ofSeconds(40));
        store.transaction(handle -> handle.execute("update job set next_poll_at = next_poll_at + 3600000,"
                + " lease_owner = 'gone', lease_until = next_poll_at"));
        goOn(AT_MOST);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The clock is set back while a cancel waits to be sent again",
            then = "It is sent again in time")
    @Test
    void aCancelIsSentAgainWhereTheClockWasSetBackMeanwhile() {
        Machine machine = machine("node-1");
        machine.node.watch.list().add(List.of(JOBS.get(0)), "test");
        Look look = machine.node.claimOne();
        machine.node.see(look, TestNode.breaching(look, 10));
        machine.node.cancelAccepted(look);
        server.set(HOUR.negated());
        for (int i = 0; i < 90 && machine.node.deletes.size() < 2; i++) {
            server.pass(Duration.ofSeconds(1));
            machine.keepTime();
            machine.node.claim().forEach(again -> machine.node.see(again, running(again, 10)));
        }
        assertThat(machine.node.deletes).hasSize(2);
    }

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The clock of one of several nodes is 10 minutes or 30 seconds ahead, or 10 minutes behind",
            then = "It claims nothing, and takes nothing from the others")
    @Test
    void aNodeWhoseClockIsFarOffClaimsNothingAndTakesNothingFromTheOthers() {
        if (engine == Engine.SQLITE) {
            return; // one machine
        }
        Machine right = machine("right-1");
        Machine busy = machine("right-2");
        right.node.watch.list().add(JOBS, "test");
        List<Machine> off = List.of(
                machine("ten-ahead", Duration.ofMinutes(10)),
                machine("ahead", Duration.ofSeconds(30)),
                machine("ten-behind", Duration.ofMinutes(-10)));
        goOn(Duration.ofSeconds(100));
        assertThat(looksByNode).containsOnlyKeys("right-1", "right-2");
        server.pass(TestNode.INTERVAL);
        passed = passed.plus(TestNode.INTERVAL);
        busy.keepTime();
        assertThat(busy.node.claim()).isNotEmpty();
        busy.close();
        off.forEach(Machine::close);
        goOn(Duration.ofMinutes(1));
        assertThat(right.node.watch.commits().refused()).isZero();
        for (Machine machine : off) {
            assertThat(machine.node.watch.leases().claimFault()).isPresent();
            assertThat(machine.node.outbox.claimDue()).isEmpty();
            assertThat(machine.node.watch.leases().mayClaim()).isFalse();
        }
    }

    /** One whose clock is less far off works as any other, by the database's clock. */
    @Situation(
            of = Situation.Of.MACHINES,
            when = "A node whose clock is off is killed while it holds leases",
            then = "The others take over at the end of the leases, by the clock of the database")
    @Test
    void whatANodeHeldThatIsKilledIsTakenOverAtTheEndOfItsLeaseWhateverItsClockSaid() {
        if (engine == Engine.SQLITE) {
            return; // one machine
        }
        for (int seconds : List.of(7, -7)) {
            Machine off = machine("off" + seconds, Duration.ofSeconds(seconds));
            JobKey job = job("held" + seconds);
            off.node.watch.list().add(List.of(job), "test");
            assertThat(off.node.claim()).hasSize(1);
            assertThat(off.clock.trouble()).isPresent();
            off.close();
            Machine other = machine("other" + seconds);
            server.pass(TestNode.LEASE.minusMillis(10));
            other.keepTime();
            assertThat(other.node.claim()).extracting(Look::key).doesNotContain(job);
            server.pass(Duration.ofMillis(20));
            other.keepTime();
            assertThat(other.node.claim()).extracting(Look::key).contains(job);
            other.close();
        }
    }

    @Test
    void aJobThatIsNotLookedAtIsNamedWhateverItsDueTimeSays() {
        Machine machine = machine("node-1");
        machine.node.watch.list().add(JOBS, "test");
        goOn(Duration.ofSeconds(40));
        Duration tolerated = Duration.ofMinutes(2);
        store.transaction(handle ->
                handle.execute("update job set next_poll_at = next_poll_at + 3600000 where job_id = 'job-7'"));
        server.pass(Duration.ofMinutes(2));
        machine.clock.measure();
        assertThat(machine.node.watch.list().figures().unseen(tolerated)).isEmpty();
        server.pass(Duration.ofMinutes(1));
        machine.clock.measure();
        machine.node.claim();
        WatchFigures.Unseen unseen =
                machine.node.watch.list().figures().unseen(tolerated).orElseThrow();
        assertThat(unseen.job()).isEqualTo("acme:bots/job-7");
        assertThat(unseen.since())
                .isBetween(Duration.ofMinutes(3), Duration.ofMinutes(3).plus(TestNode.INTERVAL));
        store.transaction(handle -> handle.execute("insert into tenant (alias, paused_until, pauses) values ('acme', "
                + machine.clock.instant().plusSeconds(60).toEpochMilli() + ", 1)"));
        assertThat(machine.node.watch.list().figures().unseen(tolerated))
                .as("the tenant is left alone")
                .isEmpty();
    }
}
