package io.trainwatch.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.conventions.Situation;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.JobStatus.TrainedFlow;
import io.trainwatch.job.StatusReader;
import io.trainwatch.job.TrainingState;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {

    private static final String ID = "65f0c0ffee65f0c0ffee65f0";
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "queued, QUEUED",
        "active, RUNNING",
        "cancelling, RUNNING",
        "done, COMPLETED",
        "error, FAILED",
        "cancelled, CANCELLED",
        "Done, COMPLETED",
        "ERROR, FAILED"
    })
    void eachStatusStandsForAState(String status, TrainingState state) throws Exception {
        assertThat(read("\"status\":\"" + status + "\"").toStatus(NOW).state()).isEqualTo(state);
    }

    @Test
    void aTaskThatIsBeingCancelledSaysSo() throws Exception {
        assertThat(read("\"status\":\"cancelling\"").toStatus(NOW).cancelling()).isTrue();
        assertThat(read("\"status\":\"active\"").toStatus(NOW).cancelling()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"running\"", "\"done \"", "\"\"", "1", "null", "{}", "\"done\",\"status\":\"error\""})
    void aStatusThatIsNotKnownMakesTheTaskInvalid(String status) {
        assertThat(isValid("\"status\":" + status)).isFalse();
    }

    @Test
    void progressIsStepsDoneOfAllSteps() throws Exception {
        assertThat(read("\"status\":\"active\",\"currentStep\":3,\"totalStep\":8")
                        .toStatus(NOW)
                        .progressPercent())
                .isEqualTo(37.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"currentStep\":0,\"totalStep\":0",
                "\"currentStep\":null,\"totalStep\":4",
                "\"currentStep\":2",
                "\"x\":1"
            })
    void progressIsUnknownWithoutSteps(String steps) throws Exception {
        assertThat(read("\"status\":\"done\"," + steps).toStatus(NOW).progressPercent())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "\"NaN\"",
                "Infinity",
                "-Infinity",
                "1e999",
                "-1e999",
                "\"\"",
                "\"x\"",
                "true",
                "[]",
                "{}",
                "-1",
                "{\"value\":3}",
                "[[3]]"
            })
    void aStepThatIsNoNumberIsMissingAndTheRestCounts(String step) throws Exception {
        for (String field : new String[] {"currentStep", "totalStep"}) {
            String other = field.equals("currentStep") ? "totalStep" : "currentStep";
            JobStatus status = read("\"status\":\"done\",\"" + field + "\":" + step + ",\"" + other + "\":4,"
                            + "\"lastRunAt\":1767225600")
                    .toStatus(NOW);
            assertThat(status.state()).isEqualTo(TrainingState.COMPLETED);
            assertThat(status.progressPercent()).isNull();
            assertThat(status.startedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
            assertThat(status.incomplete()).containsOnlyKeys(field);
        }
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A task tells `progress` in percent, and no steps",
            then = "It is the progress")
    @Test
    void progressInPercentIsTakenWhereThereAreNoSteps() throws Exception {
        assertThat(read("\"status\":\"active\",\"progress\":42.5").toStatus(NOW).progressPercent())
                .isEqualTo(42.5);
        assertThat(read("\"status\":\"active\",\"progress\":\"42.5\",\"currentStep\":1,\"totalStep\":4")
                        .toStatus(NOW)
                        .progressPercent())
                .isEqualTo(25);
        JobStatus outOfRange = read("\"status\":\"active\",\"progress\":780").toStatus(NOW);
        assertThat(outOfRange.progressPercent()).isNull();
        assertThat(outOfRange.incomplete()).containsEntry("progress", "780.0 is not within 0 to 100");
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A task has a `failReason` or a `log` of any length or type",
            then = "The task is used; a text is cut where it is kept")
    @Test
    void textOfAnyLengthAndKindIsNoReasonToRefuseATask() throws Exception {
        JobStatus status = read("\"log\":\"" + "x".repeat(100_000) + "\",\"name\":[1],\"failReason\":{\"a\":1},"
                        + "\"status\":\"error\",\"depth\":" + "[".repeat(500) + "]".repeat(500))
                .toStatus(NOW);
        assertThat(status.state()).isEqualTo(TrainingState.FAILED);
        assertThat(status.failReason()).isNull();
        assertThat(status.incomplete()).containsOnlyKeys("name", "failReason");
    }

    @Test
    void anEmojiIsNotCutInTwo() throws Exception {
        String reason = read("\"status\":\"error\",\"failReason\":\"" + "x".repeat(499) + "\uD83D\uDE00\uD83D\uDE00\"")
                .toStatus(NOW)
                .failReason();
        assertThat(reason).isEqualTo("x".repeat(499) + "…");
        assertThat(read("\"status\":\"error\",\"failReason\":\"a\\ud83d\"")
                        .toStatus(NOW)
                        .failReason())
                .isEqualTo("a\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1767225600", "\"1767225600\"", "1767225600000", "\"2026-01-01T00:00:00.000Z\"", "1767225600.0"})
    void aTimeIsReadInEverySpelling(String time) throws Exception {
        assertThat(read("\"status\":\"active\",\"lastRunAt\":" + time)
                        .toStatus(NOW)
                        .startedAt())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "\"soon\"", "{}", "[1]", "true", "-5", "1e300", "NaN"})
    void aTimeThatCannotBeReadIsLeftOut(String time) throws Exception {
        assertThat(read("\"lastRunAt\":" + time + ",\"status\":\"active\"")
                        .toStatus(NOW)
                        .startedAt())
                .isNull();
    }

    @Test
    void theSpellingOfACreatedTaskIsUnderstood() throws Exception {
        Task created = read("\"type\":\"trainIntents\",\"parameters\":{},\"status\":\"queued\",\"lastChangedAt\":5");
        assertThat(created.kinds()).containsExactly("trainIntents");
        assertThat(created.lastChanged()).isEqualTo(Instant.ofEpochSecond(5));
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A task has `name` and `type`, `_id` and `id`, `parameters` and `data` in one document",
            then = "It is read")
    @Test
    void aDocumentMayHoldBothSpellings() throws Exception {
        Task both = read("\"_id\":\"t1\",\"id\":\"other\",\"name\":\"Intents of the shop\",\"type\":\"trainIntents\","
                + "\"data\":{\"flowId\":\"f1\"},\"parameters\":{\"localeId\":\"l1\"},\"status\":\"active\"");
        assertThat(both.jobId()).isEqualTo("t1");
        assertThat(both.kinds()).containsExactly("trainIntents");
        assertThat(both.parameters()).isEqualTo(new Task.Parameters("f1", null, "l1"));
        assertThat(read("\"name\":\"trainIntents\",\"type\":\"task\",\"status\":\"done\"")
                        .kinds())
                .containsExactly("trainIntents", "task");
    }

    @Test
    void onlyAFailedTaskHasAReasonAndItIsBounded() throws Exception {
        String reason = "\"failReason\":\"" + "x".repeat(2_000) + "\",";
        JobStatus failed = read(reason + "\"status\":\"error\"").toStatus(NOW);
        assertThat(failed.failReason()).startsWith("xxx").hasSizeLessThan(600);
        assertThat(read(reason + "\"status\":\"done\"").toStatus(NOW).failReason())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "parameters"})
    void theFlowIsThatOfItsDataInBothSpellings(String name) throws Exception {
        String task =
                "\"status\":\"done\",\"createdAt\":1767225600,\"" + name + "\":{\"flowId\":\"f1\",\"localeId\":\"l1\"}";
        assertThat(read(task).toStatus(NOW).trained())
                .isEqualTo(new TrainedFlow("f1", Instant.parse("2026-01-01T00:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "\"f1\"", "[]", "{\"flowId\":null}", "{\"flowId\":\"a/b\"}"})
    void dataThatNamesNoFlowIsNoReasonToRefuseATask(String data) throws Exception {
        assertThat(read("\"status\":\"done\",\"data\":" + data).toStatus(NOW).trained())
                .isNull();
    }

    @Test
    void nothingIsAssumedOfTheMachine() throws Exception {
        JobStatus status = read("\"status\":\"active\"").toStatus(NOW);
        assertThat(status.resourceUtilization().cpuUsage()).isNull();
        assertThat(status.resourceUtilization().memoryUsage()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "{}", "[\"a\"]", "\"a\",\"_id\":\"b\""})
    void aTaskWithoutIdIsInvalid(String id) {
        assertThat(isValid("\"_id\":" + id + ",\"status\":\"done\"")).isFalse();
    }

    private static Task read(String fields) throws JsonProcessingException {
        String id = fields.contains("_id") ? "" : "\"_id\":\"" + ID + "\",";
        return StatusReader.shared().mapper().readValue("{" + id + fields + "}", Task.class);
    }

    private static boolean isValid(String fields) {
        try {
            return StatusReader.shared()
                    .validation()
                    .getValidator()
                    .validate(read(fields))
                    .isEmpty();
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
