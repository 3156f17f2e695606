package io.trainwatch.watch;

import static io.trainwatch.watch.TestNode.ended;
import static io.trainwatch.watch.TestNode.job;
import static io.trainwatch.watch.TestNode.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.TrainingState;
import io.trainwatch.store.OnBothEngines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The one look after the end of a job. */
@OnBothEngines
class ConfirmEndTest extends NodesUnderTest {

    private Look look;

    @BeforeEach
    void endAndWait() {
        node.watch.list().add(List.of(JOB), "test");
        Look last = node.claimOne();
        node.see(last, ended(last, TrainingState.COMPLETED));
        clock.advance(TestNode.CONFIRM_AFTER.minusSeconds(1));
        assertThat(node.claim()).isEmpty();
        clock.advance(TestNode.CONFIRM_AFTER.dividedBy(10));
        look = node.claimOne();
    }

    private void isOver() {
        assertThat(node.watch.looks().count()).isZero();
        WatchedJob job = node.job(JOB);
        assertThat(job.phase()).isEqualTo(Phase.ENDED);
        assertThat(job.state()).isEqualTo(TrainingState.COMPLETED);
        clock.advance(Duration.ofDays(30));
        assertThat(node.claim()).as("a second look").isEmpty();
    }

    @Test
    void theSameEndIsConfirmedAndToldToNobody() {
        assertThat(node.see(look, ended(look, TrainingState.COMPLETED))).isEqualTo("Confirmed");
        isOver();
        assertThat(node.events(JOB)).containsExactly("job.completed");
        assertThat(node.told(JOB)).endsWith("END_CONFIRMED");
        assertThat(endedAt()).isNotNull();
    }

    @Test
    void aJobThatRunsAgainIsToldAndNotFollowed() {
        assertThat(node.see(look, running(look, 40))).isEqualTo("Reversed");
        isOver();
        assertThat(node.events(JOB)).containsExactly("job.completed", "job.reversed");
        assertThat(node.bodies(JOB).get(1))
                .contains("\"final_state\":null", "reports the job as RUNNING after COMPLETED");
        assertThat(node.details(JOB, "JOB_REVERSED").get(0))
                .contains("\"known\":\"COMPLETED\"", "\"reported\":\"RUNNING\"", "\"had_ended\":true");
    }

    @Test
    void anotherEndIsToldAndNotFollowed() {
        assertThat(node.see(look, ended(look, TrainingState.FAILED))).isEqualTo("Reversed");
        isOver();
        assertThat(node.events(JOB)).containsExactly("job.completed", "job.reversed");
    }

    @Test
    void aLookWithoutAnAnswerIsNotRepeatedAndChangesNothing() {
        node.fail(look, TestNode.answered(404, Map.of()));
        isOver();
        assertThat(node.events(JOB)).containsExactly("job.completed");
        assertThat(node.told(JOB)).endsWith("END_UNCONFIRMED").doesNotContain("MONITOR_ERROR");
        assertThat(node.job(JOB).failures()).isZero();
    }

    @Test
    void aJobThatIsPutOnTheListAgainStaysAsItEnded() {
        node.watch.list().add(List.of(JOB), "test");
        node.see(look, ended(look, TrainingState.COMPLETED));
        isOver();
        assertThat(node.events(JOB)).containsExactly("job.completed");
    }

    private Long endedAt() {
        return store.read(handle ->
                handle.createQuery("select ended_at from job").mapTo(Long.class).one());
    }
}
