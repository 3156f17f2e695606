package io.trainwatch.demo.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskCancelTest {

    private static final TaskScript TASK = TaskScript.of("shop", "night", Ending.STALLS);

    private final SettableClock clock = new SettableClock();
    private final SimulatedTenant tenant =
            SimulatedTenant.start(TenantOptions.defaults().clock(clock));
    private final TaskCaller caller = new TaskCaller(tenant);

    @AfterEach
    void stop() throws IOException {
        caller.close();
        tenant.close();
    }

    @Test
    void isCancellingForAWhile() throws IOException {
        tenant.tasks().add(TASK.cancelled(CancelOutcome.CANCELLED, Duration.ofSeconds(4)));
        clock.setTo(Duration.ofSeconds(10));

        HttpCaller.Reply reply = caller.cancel("shop", "night");

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
        assertThat(caller.status("shop", "night")).isEqualTo("cancelling");
        clock.setTo(Duration.ofMillis(13_999));
        assertThat(caller.status("shop", "night")).isEqualTo("cancelling");
        assertThat(caller.read("shop", "night").json().get("lastFinishedAt").isNull())
                .isTrue();
        clock.setTo(Duration.ofSeconds(14));
        assertThat(caller.status("shop", "night")).isEqualTo("cancelled");
    }

    @ParameterizedTest
    @CsvSource({"CANCELLED, cancelled", "DONE, done", "ERROR, error"})
    void endsAsTheScriptSays(CancelOutcome outcome, String status) throws IOException {
        tenant.tasks().add(TASK.cancelled(outcome, Duration.ofSeconds(1)));
        caller.cancel("shop", "night");
        clock.setTo(Duration.ofSeconds(1));

        assertThat(caller.status("shop", "night")).isEqualTo(status);
        assertThat(caller.read("shop", "night").json().get("failReason").isTextual())
                .isEqualTo(outcome == CancelOutcome.ERROR);
    }

    @ParameterizedTest
    @EnumSource(
            value = Ending.class,
            names = {"COMPLETES", "FAILS"})
    void letsTheTasksOwnEndWinTheRace(Ending ending) throws IOException {
        tenant.tasks()
                .add(TASK.ending(ending)
                        .running(Duration.ofSeconds(10))
                        .cancelled(CancelOutcome.CANCELLED, Duration.ofSeconds(5)));
        clock.setTo(Duration.ofSeconds(8));

        assertThat(caller.cancel("shop", "night").status()).isEqualTo(204);
        assertThat(caller.status("shop", "night")).isEqualTo("cancelling");
        clock.setTo(Duration.ofSeconds(20));

        assertThat(tenant.tasks().truth("shop", "night").state())
                .isEqualTo(ending == Ending.FAILS ? JobState.FAILED : JobState.COMPLETED);
        assertThat(tenant.tasks().truth("shop", "night").endedAt())
                .isEqualTo(Optional.of(SettableClock.START.plusSeconds(10)));
    }

    @Test
    void canIgnoreACancelThatItAccepts() throws IOException {
        tenant.tasks().add(TASK.cancelled(CancelOutcome.IGNORED, Duration.ZERO));

        assertThat(caller.cancel("shop", "night").status()).isEqualTo(204);
        clock.setTo(Duration.ofHours(1));
        assertThat(caller.status("shop", "night")).isEqualTo("active");
    }

    @Test
    void cancelsATaskThatWaits() throws IOException {
        tenant.tasks().add(TASK.ending(Ending.NEVER_STARTS));
        clock.setTo(Duration.ofHours(1));
        assertThat(caller.status("shop", "night")).isEqualTo("queued");

        caller.cancel("shop", "night");
        clock.advance(Duration.ofSeconds(1));

        assertThat(caller.status("shop", "night")).isEqualTo("cancelled");
        assertThat(caller.read("shop", "night").json().get("lastRunAt").isNull())
                .isTrue();
    }

    @Test
    void refusesToCancelWhatIsOverOrUnknown() throws IOException {
        tenant.tasks().add(TASK.ending(Ending.COMPLETES));
        clock.setTo(Duration.ofMinutes(1));

        HttpCaller.Reply over = caller.cancel("shop", "night");

        assertThat(over.status()).isEqualTo(409);
        assertThat(over.json().get("code").asInt()).isEqualTo(1004);
        assertThat(caller.cancel("shop", "other").status()).isEqualTo(404);
    }

    @Test
    void cannotBeCancelledByDelete() throws IOException {
        tenant.tasks().add(TASK);

        HttpCaller.Reply reply = caller.http()
                .delete(
                        caller.uri("/new/v2.0/tasks/" + TASK.taskId()),
                        "X-API-Key",
                        tenant.options().apiKey());

        assertThat(reply.status()).isEqualTo(404);
        assertThat(caller.status("shop", "night")).isEqualTo("active");
    }

    @Test
    void keepsTheTruthAboutCancelsAndWhatWasServed() throws IOException {
        tenant.tasks().add(TASK.cancelled(CancelOutcome.CANCELLED, Duration.ofSeconds(3)));
        clock.setTo(Duration.ofSeconds(4));
        caller.list("");
        clock.setTo(Duration.ofSeconds(5));
        caller.cancel("shop", "night");
        caller.cancel("shop", "night");
        clock.setTo(Duration.ofSeconds(11));
        caller.read("shop", "night");

        JobTruth truth = tenant.tasks().truth("shop", "night");

        assertThat(truth.cancels())
                .extracting(JobTruth.Cancel::state)
                .containsExactly(JobState.RUNNING, JobState.CANCELLING);
        assertThat(truth.cancels()).allMatch(JobTruth.Cancel::accepted);
        assertThat(truth.endedAt()).contains(SettableClock.START.plusSeconds(8));
        assertThat(truth.firstServedAt()).contains(SettableClock.START.plusSeconds(4));
        assertThat(truth.endServedAt()).contains(SettableClock.START.plusSeconds(11));
        assertThat(truth.longestUnserved()).isEqualTo(Duration.ofSeconds(7));
        assertThat(truth.reads()).isOne();
        assertThat(truth.listings()).isOne();
    }
}
