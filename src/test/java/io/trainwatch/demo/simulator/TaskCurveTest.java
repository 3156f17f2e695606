package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskCurveTest {

    private static final TaskScript TASK = TaskScript.of("shop", "night", TaskEnding.DONE)
            .queued(Duration.ofSeconds(1))
            .running(Duration.ofSeconds(10));

    @ParameterizedTest
    @CsvSource({
        "DONE, QUEUED ACTIVE DONE",
        "ERROR, QUEUED ACTIVE ERROR",
        "CANCELLED_BY_OTHERS, QUEUED ACTIVE CANCELLED",
        "STALLS, QUEUED ACTIVE",
        "NEVER_STARTS, QUEUED",
        "REOPENS, QUEUED ACTIVE DONE ACTIVE DONE"
    })
    void goesThroughTheStatesOfItsEnding(TaskEnding ending, String states) {
        List<TaskStatus> seen =
                looks(ending).stream().map(TaskCurve.Look::status).toList();

        assertThat(withoutRepeats(seen).toString())
                .isEqualTo(List.of(states.split(" ")).toString());
    }

    @ParameterizedTest
    @EnumSource(TaskEnding.class)
    void isOverFromTheMomentThatItTells(TaskEnding ending) {
        assertThat(looks(ending)).allSatisfy(look -> {
            assertThat(look.finishedAt() == TaskCurve.NEVER)
                    .isEqualTo(!look.status().isTerminal());
            assertThat(look.step()).isBetween(0, look.steps());
        });
    }

    @Test
    void takesAllStepsOnlyWhenItIsDone() {
        assertThat(last(TaskEnding.DONE).step()).isEqualTo(10);
        assertThat(last(TaskEnding.ERROR).step()).isEqualTo(6);
        assertThat(last(TaskEnding.STALLS).step()).isEqualTo(6);
        assertThat(last(TaskEnding.NEVER_STARTS).step()).isZero();
    }

    @Test
    void standsStillWhenItStalls() {
        assertThat(last(TaskEnding.STALLS).changedAt()).isEqualTo(7_000);
    }

    @Test
    void allowsNoScriptThatMakesNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.running(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.queued(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.steps(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> TASK.named(" "));
    }

    private static TaskCurve.Look last(TaskEnding ending) {
        return looks(ending).get(looks(ending).size() - 1);
    }

    private static List<TaskCurve.Look> looks(TaskEnding ending) {
        TaskCurve curve = new TaskCurve(TASK.ending(ending));
        return LongStream.rangeClosed(0, 200)
                .mapToObj(tenth -> curve.at(tenth * 100, TaskCurve.NEVER))
                .toList();
    }

    private static List<TaskStatus> withoutRepeats(List<TaskStatus> states) {
        List<TaskStatus> changes = new ArrayList<>();
        for (TaskStatus state : states) {
            if (changes.isEmpty() || changes.get(changes.size() - 1) != state) {
                changes.add(state);
            }
        }
        return changes;
    }
}
