package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.audit.AuditAction;
import io.trainwatch.job.TrainingState;
import io.trainwatch.store.OnBothEngines;
import io.trainwatch.watch.TestNode.Setup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnBothEngines
class OrderedCancelsTest extends NodesUnderTest {

    /** Its policy cancels nothing: an order does not ask it. */
    @Override
    TestNode firstNode() {
        return new TestNode(store, "node-1", Setup.USUAL.autoCancel(false), clock);
    }

    @BeforeEach
    void watch() {
        node.watch.list().add(List.of(JOB), "test");
    }

    @Test
    void theOrderIsCommittedAndAuditedBeforeALookSendsTheCancel() {
        node.see(node.claimOne(), running(look(), 10));
        node.settle();
        assertThat(order()).containsExactly(JOB.toString());
        assertThat(node.deletes).isEmpty();
        assertThat(node.told(JOB)).contains("CANCEL_ORDERED");
        assertThat(node.details(JOB, "CANCEL_ORDERED"))
                .singleElement()
                .satisfies(details -> assertThat(details).contains("interrupt", "because of a test"));
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested");
        assertThat(node.bodies(JOB).get(0))
                .contains("\"reason\":{\"rule\":\"interrupt\",\"observed\":null,\"limit\":null,");
        Look due = node.claimOne();
        node.see(due, running(due, 10));
        assertThat(node.deletes).containsExactly(JOB.toString());
        node.cancelAccepted(due);
        clock.advance(Duration.ofMinutes(1));
        Look last = node.claimOne();
        node.see(last, ended(last, TrainingState.CANCELLED));
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested", "job.cancelled");
    }

    @Test
    void aLookThatWasUnderWayDoesNotUndoTheOrder() {
        Look underWay = node.claimOne();
        order();
        node.see(underWay, running(underWay, 10));
        node.settle();
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.STOPPING);
        Look due = node.claimOne();
        node.see(due, running(due, 10));
        assertThat(node.deletes).containsExactly(JOB.toString());
    }

    @Test
    void theCancelWaitsUntilTheLineOfTheOrderIsOnDisk() {
        node.gate.late = AuditAction.CANCEL_ORDERED;
        order();
        Look early = node.claimOne();
        node.see(early, running(early, 10));
        assertThat(node.deletes).isEmpty();
        assertThat(node.job(JOB).phase()).as("an order is not taken back").isEqualTo(Phase.STOPPING);

        node.gate.late = null;
        clock.advance(Duration.ofMinutes(1));
        Look due = node.claimOne();
        node.see(due, running(due, 10));
        assertThat(node.deletes).containsExactly(JOB.toString());
    }

    @Test
    void anOrderIsKeptWhileTheAuditCannotBeWritten() {
        node.gate.closed = "No space left on device";
        node.gate.late = AuditAction.CANCEL_ORDERED;
        order();
        Look early = node.claimOne();
        node.see(early, running(early, 10));
        assertThat(node.deletes).isEmpty();
        assertThat(node.job(JOB).phase()).isEqualTo(Phase.STOPPING);
    }

    @Test
    void aJobThatEndedMeanwhileIsNotCancelled() {
        Look look = node.claimOne();
        order();
        Look due = node.claimOne();
        node.see(due, ended(due, TrainingState.COMPLETED));
        assertThat(node.deletes).isEmpty();
        assertThat(look.job().id()).isEqualTo(JOB.toString());
        assertThat(order()).as("it has ended").isEmpty();
    }

    @Test
    void asManyOrdersAreOne() {
        assertThat(order()).hasSize(1);
        assertThat(order()).isEmpty();
        assertThat(node.events(JOB)).containsExactly("job.cancel_requested");
    }

    private List<String> order() {
        return node.watch.orderedCancels().cancel(List.of(JOB.toString()), "interrupt", "because of a test");
    }

    private Look look() {
        return new Look(node.job(JOB), clock.instant());
    }
}
