package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.breaching;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.demo.simulator.SettableClock;
import io.trainwatch.job.JobKey;
import io.trainwatch.store.Engine;
import io.trainwatch.store.FreshDatabase;
import io.trainwatch.store.Store;
import io.trainwatch.watch.TestNode.Setup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No job is cancelled unless the line that says why is on disk. */
class WithheldCancelTest {

    private static final JobKey JOB = job("job-1");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private Store store;
    private TestNode node;

    @BeforeEach
    void open() {
        store = FreshDatabase.on(Engine.SQLITE, folder).open();
        node = new TestNode(store, "node-1", Setup.USUAL, clock);
        node.watch.list().add(List.of(JOB), "test");
    }

    @AfterEach
    void close() {
        node.close();
        store.close();
    }

    @Test
    void aBreachIsWithheldOnceAndJudgedAgainWhenTheAuditIsWritten() {
        node.gate.closed = "No space left on device";
        see(99);
        see(99);
        assertThat(node.deletes).isEmpty();
        assertThat(node.told(JOB)).containsOnlyOnce("CANCEL_WITHHELD").doesNotContain("AUTO_CANCEL_TRIGGERED");
        assertThat(node.details(JOB, "CANCEL_WITHHELD").get(0)).contains("No space left on device");
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.WATCHING);

        node.gate.closed = null;
        see(50);
        assertThat(node.deletes).as("it keeps the policy by now").isEmpty();
        see(99);
        assertThat(node.deletes).containsExactly(JOB.toString());
        assertThat(node.told(JOB)).containsOnlyOnce("AUTO_CANCEL_TRIGGERED");
    }

    @Test
    void anIntentThatTheDiskRefusesIsTakenBackAndJudgedAgain() {
        node.gate.onDisk = false;
        node.gate.closesOnWait = "Read-only file system";
        see(99);
        assertThat(node.deletes).isEmpty();
        assertThat(node.told(JOB)).containsSubsequence("AUTO_CANCEL_TRIGGERED", "CANCEL_WITHHELD");
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.WATCHING);

        node.gate.closed = null;
        node.gate.closesOnWait = null;
        node.gate.onDisk = true;
        see(50);
        assertThat(node.deletes).isEmpty();
        see(99);
        assertThat(node.deletes).containsExactly(JOB.toString());
        assertThat(node.events(JOB)).containsOnlyOnce("job.cancel_requested");
    }

    @Test
    void anIntentWhoseLineIsOnlyLateIsSentByTheNextLook() {
        node.gate.onDisk = false;
        see(99);
        assertThat(node.deletes).isEmpty();
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.STOPPING);
        node.gate.onDisk = true;
        see(99);
        assertThat(node.deletes).containsExactly(JOB.toString());
        assertThat(node.told(JOB)).containsOnlyOnce("AUTO_CANCEL_TRIGGERED").doesNotContain("CANCEL_WITHHELD");
    }

    @Test
    void aCancelThatMayHaveBeenSentIsNotTakenBack() {
        see(99);
        node.gate.closed = "No space left on device";
        see(99);
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.STOPPING);
        assertThat(node.deletes).as("and not sent again meanwhile").hasSize(1);
        node.gate.closed = null;
        see(99);
        assertThat(node.deletes).hasSize(2);
    }

    /** One look; a DELETE that it leads to gets no answer. */
    private void see(double cpu) {
        clock.advance(Duration.ofMinutes(1));
        int before = node.deletes.size();
        Look look = node.claimOne();
        node.see(
                look,
                cpu > 95 ? breaching(look, 20) : running(look, 20 + look.job().fence()));
        if (node.deletes.size() > before) {
            node.cancelFailed(look, new IOException("no answer"));
        }
        node.settle();
    }
}
