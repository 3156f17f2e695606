package io.trainwatch.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.status.JobStatus;
import io.trainwatch.status.StatusReader;
import io.trainwatch.status.TrainedFlow;
import io.trainwatch.status.TrainingState;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {

    private static final String ID = "65f0c0ffee65f0c0ffee65f0";

    @ParameterizedTest
    @CsvSource({
        "queued, QUEUED",
        "active, RUNNING",
        "cancelling, RUNNING",
        "done, COMPLETED",
        "error, FAILED",
        "cancelled, CANCELLED"
    })
    void eachStatusStandsForAState(String status, TrainingState state) throws Exception {
        assertThat(read("\"status\":\"" + status + "\"").toStatus().state()).isEqualTo(state);
    }

    @Test
    void aTaskThatIsBeingCancelledSaysSo() throws Exception {
        assertThat(read("\"status\":\"cancelling\"").toStatus().cancelling()).isTrue();
        assertThat(read("\"status\":\"active\"").toStatus().cancelling()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"running\"", "\"Done\"", "\"\"", "1", "null", "{}"})
    void aStatusThatIsNotKnownMakesTheTaskInvalid(String status) {
        assertThat(isValid("\"status\":" + status)).isFalse();
    }

    @Test
    void progressIsStepsDoneOfAllSteps() throws Exception {
        assertThat(read("\"status\":\"active\",\"currentStep\":3,\"totalStep\":8")
                        .toStatus()
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
        assertThat(read("\"status\":\"done\"," + steps).toStatus().progressPercent())
                .isNull();
    }

    @Test
    void aNegativeStepMakesTheTaskInvalid() {
        assertThat(isValid("\"status\":\"active\",\"currentStep\":-1,\"totalStep\":4"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1767225600", "\"1767225600\"", "1767225600000", "\"2026-01-01T00:00:00.000Z\"", "1767225600.0"})
    void aTimeIsReadInEverySpelling(String time) throws Exception {
        assertThat(read("\"status\":\"active\",\"lastRunAt\":" + time)
                        .toStatus()
                        .startedAt())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "\"soon\"", "{}", "[1]", "true", "-5", "1e300"})
    void aTimeThatCannotBeReadIsLeftOut(String time) throws Exception {
        assertThat(read("\"lastRunAt\":" + time + ",\"status\":\"active\"")
                        .toStatus()
                        .startedAt())
                .isNull();
    }

    @Test
    void theSpellingOfACreatedTaskIsUnderstood() throws Exception {
        Task created = read("\"type\":\"trainIntents\",\"parameters\":{},\"status\":\"queued\",\"lastChangedAt\":5");
        assertThat(created.name()).isEqualTo("trainIntents");
        assertThat(created.lastChanged()).isEqualTo(Instant.ofEpochSecond(5));
    }

    @Test
    void onlyAFailedTaskHasAReasonAndItIsBounded() throws Exception {
        String reason = "\"failReason\":\"" + "x".repeat(2_000) + "\",";
        JobStatus failed = read(reason + "\"status\":\"error\"").toStatus();
        assertThat(failed.failReason()).startsWith("xxx").hasSizeLessThan(600);
        assertThat(read(reason + "\"status\":\"done\"").toStatus().failReason()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "parameters"})
    void theFlowIsThatOfItsDataInBothSpellings(String name) throws Exception {
        String task =
                "\"status\":\"done\",\"createdAt\":1767225600,\"" + name + "\":{\"flowId\":\"f1\",\"localeId\":\"l1\"}";
        assertThat(read(task).toStatus().trained())
                .isEqualTo(new TrainedFlow("f1", Instant.parse("2026-01-01T00:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "\"f1\"", "[]", "{\"flowId\":null}", "{\"flowId\":\"a/b\"}"})
    void dataThatNamesNoFlowIsNoReasonToRefuseATask(String data) throws Exception {
        assertThat(read("\"status\":\"done\",\"data\":" + data).toStatus().trained())
                .isNull();
    }

    @Test
    void nothingIsAssumedOfTheMachine() throws Exception {
        JobStatus status = read("\"status\":\"active\"").toStatus();
        assertThat(status.resourceUtilization().cpuUsage()).isNull();
        assertThat(status.resourceUtilization().memoryUsage()).isNull();
    }

    @Test
    void aTaskWithoutIdIsInvalid() {
        assertThat(StatusReader.shared()
                        .validation()
                        .getValidator()
                        .validate(new Task("", null, Task.Status.DONE, null, null, null, null, null, null, null, null)))
                .isNotEmpty();
        assertThatThrownBy(() -> read("\"_id\":7")).isInstanceOf(JsonProcessingException.class);
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
