package io.trainwatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.MachineClock;
import io.trainwatch.store.MeasuredClock;
import io.trainwatch.store.SettableMachine;
import io.trainwatch.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node writes the audit, whatever the clocks of others say, and whatever becomes of its own. */
class AuditClockTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final SettableMachine server = new SettableMachine(START);

    @Situation(
            of = Situation.Of.MACHINES,
            when = "The clock of a node is ahead, and another node writes the audit",
            then = "The other goes on writing it")
    @Test
    void aNodeWhoseClockIsAheadDoesNotTakeTheWritersLease() throws Exception {
        for (Duration ahead :
                new Duration[] {Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofMinutes(-10)}) {
            try (Store store = FreshDatabase.on(Engine.POSTGRESQL, folder).open()) {
                AuditExport writer = export(store, "right", Duration.ZERO);
                AuditExport other = export(store, "off", ahead);
                assertThat(writes(store, writer)).isTrue();
                assertThat(writes(store, other)).isFalse();
                server.pass(LEASE.minusMillis(10));
                assertThat(writes(store, other)).isFalse();
                server.pass(Duration.ofMillis(20));
                assertThat(writes(store, other)).as("the writer is gone").isTrue();
                assertThat(writes(store, writer)).isFalse();
            }
        }
    }

    @Test
    void theWriterExtendsItsLeaseWhereTheClockWasSetBack() throws Exception {
        try (Store store = FreshDatabase.on(Engine.SQLITE, folder).open()) {
            MeasuredClock clock = new MeasuredClock(server.clock(), Optional::empty, LEASE);
            clock.measure();
            AuditExport writer = ExportForTests.of(store, "first", options("first"), clock);
            AuditExport other = ExportForTests.of(store, "second", options("second"), clock);
            assertThat(writes(store, writer)).isTrue();
            server.set(Duration.ofHours(-1));
            clock.measure();
            // As it is moved back with the clock.
            store.transaction(handle -> handle.execute("update duty set lease_until = lease_until - 3600000"));
            for (int i = 0; i < 30; i++) {
                server.pass(Duration.ofSeconds(2));
                assertThat(writes(store, writer)).as("turn " + i).isTrue();
                assertThat(writes(store, other)).as("turn " + i).isFalse();
            }
        }
    }

    private AuditExport export(Store store, String node, Duration ahead) {
        // Its own clock runs beside the server's.
        MeasuredClock steady = new MeasuredClock(server.clock(), Optional::empty, LEASE);
        MeasuredClock clock = new MeasuredClock(
                new MachineClock(
                        () -> steady.instant().plus(ahead), server.clock().nanoTime()),
                () -> Optional.of(server.wall()),
                LEASE);
        clock.measure();
        return ExportForTests.of(store, node, options(node + ahead), clock);
    }

    private AuditOptions options(String name) {
        return TestOptions.in(folder.resolve(name));
    }

    /** Whether this one writes the row that is added now. */
    private boolean writes(Store store, AuditExport export) throws IOException {
        ChainStore.in(
                store,
                handle -> new Journal(store)
                        .write(handle, AuditEntry.ofNoJob(server.wall(), AuditAction.POLICY_CHANGED, "{}")));
        AuditExport.Group group = ExportForTests.next(export);
        if (group == null) {
            return false;
        }
        ExportForTests.append(group, group.bytes().length);
        export.written(group);
        return true;
    }
}
