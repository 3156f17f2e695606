package io.trainwatch.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trainwatch.status.JobStatus;
import io.trainwatch.status.Observed;
import io.trainwatch.status.Statuses;
import io.trainwatch.status.TrainingState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final Judge judge = new Judge(new Policy(true, 95, 90, Duration.ofSeconds(300)));

    @Test
    void aJobWithinItsLimitsIsHealthy() {
        assertThat(firstLook(TrainingState.RUNNING, 95, 90)).isEqualTo(new Verdict.Healthy());
    }

    @Test
    void cpuOverTheLimitIsABreach() {
        Verdict.Breached verdict = (Verdict.Breached) firstLook(TrainingState.RUNNING, 95.1, 10);
        assertThat(verdict.first()).isEqualTo(new Breach("max-cpu", 95.1, 95, START));
        assertThat(verdict.cancel()).isTrue();
        assertThat(verdict.outcome()).isEqualTo("breached");
    }

    @Test
    void memoryOverTheLimitIsABreachAndAllBreachesAreTold() {
        Verdict.Breached verdict = (Verdict.Breached) firstLook(TrainingState.RUNNING, 99, 91);
        assertThat(verdict.all()).extracting(Breach::rule).containsExactly("max-cpu", "max-memory");
    }

    @Test
    void aWaitingJobBreaksNothing() {
        assertThat(firstLook(TrainingState.QUEUED, 100, 100)).isEqualTo(new Verdict.Healthy());
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void aJobThatEndedIsFinishedWhateverItUses(TrainingState ended) {
        assertThat(firstLook(ended, 100, 100)).isEqualTo(new Verdict.Finished(ended));
    }

    @Test
    void aStandstillIsABreachAtAnyProgress() {
        for (double progress : new double[] {0, 42, 99.9}) {
            JobStatus status = Statuses.of(TrainingState.RUNNING, progress, 10, 10);
            Observed observed = Observed.none().after(status, START);
            assertThat(judge.judge(status, TrainingState.RUNNING, observed, START.plusSeconds(299))
                            .outcome())
                    .isEqualTo("running");
            Verdict.Breached verdict =
                    (Verdict.Breached) judge.judge(status, TrainingState.RUNNING, observed, START.plusSeconds(300));
            assertThat(verdict.first()).isEqualTo(new Breach("max-stagnation", 300, 300, START));
        }
    }

    @Test
    void aMoveBackwardsIsNeitherFollowedNorABreach() {
        JobStatus status = Statuses.of(TrainingState.RUNNING, 10, 100, 100);
        assertThat(judge.judge(status, TrainingState.COMPLETED, Observed.none().after(status, START), START))
                .isEqualTo(new Verdict.Reversed(TrainingState.COMPLETED, TrainingState.RUNNING));
    }

    @Test
    void aPolicyMayOnlyReport() {
        Judge reporting = new Judge(new Policy(false, 95, 90, Duration.ofSeconds(300)));
        JobStatus status = Statuses.of(TrainingState.RUNNING, 10, 100, 10);
        Verdict.Breached verdict =
                (Verdict.Breached) reporting.judge(status, null, Observed.none().after(status, START), START);
        assertThat(verdict.cancel()).isFalse();
    }

    @Test
    void aPolicyHasSensibleLimits() {
        assertThatThrownBy(() -> new Policy(true, 101, 90, Duration.ofSeconds(1)))
                .hasMessageContaining("maxCpu");
        assertThatThrownBy(() -> new Policy(true, 95, Double.NaN, Duration.ofSeconds(1)))
                .hasMessageContaining("maxMemory");
        assertThatThrownBy(() -> new Policy(true, 95, 90, Duration.ZERO)).hasMessageContaining("maxStagnation");
    }

    private Verdict firstLook(TrainingState state, double cpu, double memory) {
        JobStatus status = Statuses.of(state, 10, cpu, memory);
        return judge.judge(status, null, Observed.none().after(status, START), START);
    }
}
