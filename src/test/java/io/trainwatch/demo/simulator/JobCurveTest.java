package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every job here waits 10 s, runs 100 s, and has its turning point after 60 s of running. */
class JobCurveTest {

    @ParameterizedTest
    @CsvSource({
        "COMPLETES,           COMPLETED, 110000, 100",
        "BREACHES_CPU,        COMPLETED, 110000, 100",
        "BREACHES_MEMORY,     COMPLETED, 110000, 100",
        "FAILS,               FAILED,    110000, 60",
        "CANCELLED_BY_OTHERS, CANCELLED, 110000, 60",
        "REVERSES,            COMPLETED, 110000, 100",
        "REOPENS,             COMPLETED, 110000, 100"
    })
    void endsAsItsScriptSays(Ending ending, JobState state, long endedAt, double progress) {
        JobCurve curve = curve(ending);

        assertThat(curve.at(9_999, JobCurve.NEVER).state()).isEqualTo(JobState.QUEUED);
        assertThat(curve.at(10_000, JobCurve.NEVER).state()).isEqualTo(JobState.RUNNING);
        assertThat(curve.at(109_999, JobCurve.NEVER).state()).isEqualTo(JobState.RUNNING);
        JobCurve.Look last = curve.at(500_000, JobCurve.NEVER);
        assertThat(last.state()).isEqualTo(state);
        assertThat(last.endedAt()).isEqualTo(endedAt);
        assertThat(last.progress()).isEqualTo(progress);
    }

    @ParameterizedTest
    @CsvSource({"STALLS, 60", "NEVER_ENDS, 99"})
    void runsForEverWhereNothingEndsIt(Ending ending, double progress) {
        JobCurve.Look look = curve(ending).at(Duration.ofDays(2).toMillis(), JobCurve.NEVER);

        assertThat(look.state()).isEqualTo(JobState.RUNNING);
        assertThat(look.progress()).isEqualTo(progress);
    }

    @Test
    void stopsAdvancingAtTheTurningPointWhenItStalls() {
        JobCurve curve = curve(Ending.STALLS);

        assertThat(curve.at(69_000, JobCurve.NEVER).progress()).isEqualTo(59);
        assertThat(curve.at(70_000, JobCurve.NEVER).progress()).isEqualTo(60);
        assertThat(curve.at(90_000, JobCurve.NEVER).progress()).isEqualTo(60);
    }

    @Test
    void goesBackToTheQueueWhenItReverses() {
        JobCurve curve = curve(Ending.REVERSES);

        assertThat(curve.at(75_000, JobCurve.NEVER).state()).isEqualTo(JobState.QUEUED);
        assertThat(curve.at(75_000, JobCurve.NEVER).progress()).isZero();
        assertThat(curve.at(80_000, JobCurve.NEVER).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void runsAgainAfterItsEndWhenItReopens() {
        JobCurve curve = curve(Ending.REOPENS);

        assertThat(curve.at(75_000, JobCurve.NEVER).state()).isEqualTo(JobState.COMPLETED);
        assertThat(curve.at(85_000, JobCurve.NEVER).state()).isEqualTo(JobState.RUNNING);
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void keepsEveryValueWithinItsBounds(Ending ending) {
        assertThat(looks(curve(ending))).allSatisfy(look -> {
            assertThat(look.progress()).isBetween(0.0, 100.0);
            assertThat(look.cpu()).isBetween(0.0, 100.0);
            assertThat(look.memory()).isBetween(0.0, 100.0);
        });
    }

    @Test
    void staysFarFromTheLimitsWhenItBreaksNone() {
        assertThat(looks(curve(Ending.COMPLETES)))
                .allMatch(look -> look.cpu() <= 85)
                .allMatch(look -> look.memory() <= 85);
    }

    @Test
    void breaksOneLimitFromTheTurningPointOn() {
        JobCurve.Look cpuBefore = curve(Ending.BREACHES_CPU).at(69_000, JobCurve.NEVER);
        JobCurve.Look cpuAfter = curve(Ending.BREACHES_CPU).at(71_000, JobCurve.NEVER);
        JobCurve.Look memoryAfter = curve(Ending.BREACHES_MEMORY).at(71_000, JobCurve.NEVER);

        assertThat(cpuBefore.cpu()).isLessThanOrEqualTo(85);
        assertThat(cpuAfter.cpu()).isGreaterThanOrEqualTo(96);
        assertThat(cpuAfter.memory()).isLessThanOrEqualTo(85);
        assertThat(memoryAfter.memory()).isGreaterThanOrEqualTo(92);
        assertThat(memoryAfter.cpu()).isLessThanOrEqualTo(85);
    }

    @Test
    void isCancelledWhenACancelComesBeforeItsEnd() {
        JobCurve.Look look = curve(Ending.COMPLETES).at(80_000, 50_000);

        assertThat(look.state()).isEqualTo(JobState.CANCELLED);
        assertThat(look.endedAt()).isEqualTo(50_000);
        assertThat(look.progress()).isEqualTo(40);
        assertThat(look.startedAt()).isEqualTo(10_000);
    }

    @Test
    void hasNotStartedWhenItIsCancelledInTheQueue() {
        JobCurve.Look look = curve(Ending.COMPLETES).at(80_000, 5_000);

        assertThat(look.state()).isEqualTo(JobState.CANCELLED);
        assertThat(look.startedAt()).isEqualTo(JobCurve.NEVER);
        assertThat(look.samples()).isZero();
    }

    @Test
    void keepsItsOwnEndWhenTheCancelComesTooLate() {
        JobCurve.Look look = curve(Ending.FAILS).at(200_000, 150_000);

        assertThat(look.state()).isEqualTo(JobState.FAILED);
        assertThat(look.endedAt()).isEqualTo(110_000);
    }

    @Test
    void takesSamplesOnlyWhileItWorks() {
        JobCurve curve = curve(Ending.COMPLETES);

        assertThat(curve.at(14_999, JobCurve.NEVER).samples()).isZero();
        assertThat(curve.at(15_000, JobCurve.NEVER).samples()).isEqualTo(1);
        assertThat(curve.at(500_000, JobCurve.NEVER).samples()).isEqualTo(20);
        assertThat(curve.sampledAt(0)).isEqualTo(15_000);
    }

    @Test
    void isTheSameForTheSameSeedAndAnotherForAnother() {
        JobScript script = script(Ending.COMPLETES);

        assertThat(looks(new JobCurve(script, 7))).isEqualTo(looks(new JobCurve(script, 7)));
        assertThat(looks(new JobCurve(script, 7))).isNotEqualTo(looks(new JobCurve(script, 8)));
    }

    @Test
    void refusesAScriptThatMakesNoSense() {
        JobScript script = script(Ending.COMPLETES);

        assertThatIllegalArgumentException().isThrownBy(() -> script.running(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> script.turnsAt(1));
        assertThatIllegalArgumentException().isThrownBy(() -> script.noise(11));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobScript.of("../admin", "job", Ending.FAILS))
                .withMessageContaining("project");
    }

    private static JobCurve curve(Ending ending) {
        return new JobCurve(script(ending), 1);
    }

    private static JobScript script(Ending ending) {
        return JobScript.of("shop", "intents", ending)
                .queued(Duration.ofSeconds(10))
                .running(Duration.ofSeconds(100));
    }

    private static List<JobCurve.Look> looks(JobCurve curve) {
        return LongStream.range(0, 600)
                .mapToObj(step -> curve.at(step * 250, JobCurve.NEVER))
                .toList();
    }
}
