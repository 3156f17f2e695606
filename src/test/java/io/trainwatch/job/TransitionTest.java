package io.trainwatch.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.job.Transition.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransitionTest {

    @ParameterizedTest
    @CsvSource({
        "QUEUED, QUEUED, NONE",
        "QUEUED, RUNNING, FORWARD",
        "QUEUED, COMPLETED, FORWARD",
        "QUEUED, FAILED, FORWARD",
        "QUEUED, CANCELLED, FORWARD",
        "RUNNING, QUEUED, REVERSAL",
        "RUNNING, RUNNING, NONE",
        "RUNNING, COMPLETED, FORWARD",
        "RUNNING, FAILED, FORWARD",
        "RUNNING, CANCELLED, FORWARD",
        "COMPLETED, QUEUED, REVERSAL",
        "COMPLETED, RUNNING, REVERSAL",
        "COMPLETED, COMPLETED, NONE",
        "COMPLETED, FAILED, REVERSAL",
        "COMPLETED, CANCELLED, REVERSAL",
        "FAILED, QUEUED, REVERSAL",
        "FAILED, RUNNING, REVERSAL",
        "FAILED, COMPLETED, REVERSAL",
        "FAILED, FAILED, NONE",
        "FAILED, CANCELLED, REVERSAL",
        "CANCELLED, QUEUED, REVERSAL",
        "CANCELLED, RUNNING, REVERSAL",
        "CANCELLED, COMPLETED, REVERSAL",
        "CANCELLED, FAILED, REVERSAL",
        "CANCELLED, CANCELLED, NONE"
    })
    void everyMoveIsLegalOrNot(TrainingState before, TrainingState now, Kind kind) {
        assertThat(Transition.between(before, now).kind()).isEqualTo(kind);
    }

    @Test
    void aStateThatWasSkippedIsInferred() {
        assertThat(Transition.between(TrainingState.QUEUED, TrainingState.COMPLETED)
                        .inferred())
                .isEqualTo(List.of(TrainingState.RUNNING));
        assertThat(Transition.between(TrainingState.QUEUED, TrainingState.CANCELLED)
                        .inferred())
                .isEmpty();
    }

    @Test
    void nothingIsInferredBeforeTheFirstLook() {
        for (TrainingState state : TrainingState.values()) {
            assertThat(Transition.between(null, state)).isEqualTo(new Transition(Kind.NONE, List.of()));
        }
    }
}
