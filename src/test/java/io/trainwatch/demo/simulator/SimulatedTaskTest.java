package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimulatedTaskTest {

    private static final Instant START = SettableClock.START;
    private static final TaskScript TASK = TaskScript.of("shop", "night", Ending.COMPLETES)
            .queued(Duration.ofSeconds(1))
            .running(Duration.ofSeconds(10));

    @ParameterizedTest
    @CsvSource({
        "COMPLETES, QUEUED RUNNING COMPLETED",
        "FAILS, QUEUED RUNNING FAILED",
        "CANCELLED_BY_OTHERS, QUEUED RUNNING CANCELLED",
        "STALLS, QUEUED RUNNING",
        "NEVER_STARTS, QUEUED",
        "REOPENS, QUEUED RUNNING COMPLETED RUNNING COMPLETED"
    })
    void goesThroughTheStatesOfItsEnding(Ending ending, String states) {
        List<JobState> seen = looks(ending).stream().map(JobCurve.Look::state).toList();
        assertThat(withoutRepeats(seen).toString())
                .isEqualTo(List.of(states.split(" ")).toString());
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void isOverFromTheMomentThatItTells(Ending ending) {
        assertThat(looks(ending)).allSatisfy(look -> {
            assertThat(look.endedAt() == JobCurve.NEVER).isEqualTo(!look.state().isTerminal());
            assertThat(task(ending).step(look)).isBetween(0, 10);
        });
    }

    @Test
    void takesAllStepsOnlyWhenItIsDone() {
        assertThat(lastStep(Ending.COMPLETES)).isEqualTo(10);
        assertThat(lastStep(Ending.FAILS)).isEqualTo(6);
        assertThat(lastStep(Ending.STALLS)).isEqualTo(6);
        assertThat(lastStep(Ending.NEVER_STARTS)).isZero();
    }

    @Test
    void standsStillWhenItStalls() {
        SimulatedTask task = task(Ending.STALLS);

        assertThat(task.changedAt(task.look(START.plusSeconds(20)))).isEqualTo(START.plusSeconds(7));
    }

    @Test
    void allowsNoScriptThatMakesNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.running(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.queued(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.steps(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.named(" "));
    }

    private static int lastStep(Ending ending) {
        SimulatedTask task = task(ending);
        return task.step(task.look(START.plusSeconds(20)));
    }

    private static List<JobCurve.Look> looks(Ending ending) {
        SimulatedTask task = task(ending);
        return LongStream.rangeClosed(0, 200)
                .mapToObj(tenth -> task.look(START.plusMillis(tenth * 100)))
                .toList();
    }

    private static SimulatedTask task(Ending ending) {
        return new SimulatedTask(TASK.ending(ending), 1, START);
    }

    private static List<JobState> withoutRepeats(List<JobState> states) {
        List<JobState> changes = new ArrayList<>();
        for (JobState state : states) {
            if (changes.isEmpty() || changes.get(changes.size() - 1) != state) {
                changes.add(state);
            }
        }
        return changes;
    }
}
