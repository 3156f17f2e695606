package io.trainwatch.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.trainwatch.conventions.Situation;
import io.trainwatch.job.JobList;
import io.trainwatch.job.JobList.ListedJob;
import io.trainwatch.job.StatusReader;
import jakarta.validation.ConstraintViolation;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskPageTest {

    private static final String TASK = "{\"_id\":\"t1\",\"name\":\"trainIntents\",\"status\":\"active\"}";

    @ParameterizedTest
    @ValueSource(strings = {"next", "nextCursor"})
    void theCursorIsReadInBothSpellings(String name) throws Exception {
        assertThat(read("[" + TASK + "],\"" + name + "\":\"abc\"").next()).isEqualTo("abc");
        assertThat(read("[" + TASK + "],\"" + name + "\":null").next()).isNull();
        assertThat(read("[" + TASK + "],\"" + name + "\":\"\"").next()).isNull();
        assertThat(read("[],\"" + name + "\":\"abc\"").next())
                .as("an empty page is the last one")
                .isNull();
    }

    @Test
    void aTaskIsReadInBothSpellings() throws Exception {
        JobList page =
                read("[" + TASK + ",{\"_id\":\"t2\",\"type\":\"trainIntents\",\"parameters\":{\"flowId\":\"f2\"},"
                        + "\"status\":\"queued\"}]");
        assertThat(page.jobs()).extracting(ListedJob::jobId).containsExactly("t1", "t2");
        assertThat(page.jobs()).extracting(ListedJob::kinds).containsOnly(List.of("trainIntents"));
        assertThat(page.jobs().get(1).status().trained().flow()).isEqualTo("f2");
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "One item of a list is no task",
            then = "It is left out; the others are watched")
    @Test
    void oneTaskThatIsNotValidLeavesTheOthersReadable() throws Exception {
        String items =
                "[7,{},{\"_id\":\"../x\",\"status\":\"done\"},{\"_id\":\"t9\",\"status\":\"other\"}," + TASK + "]";
        assertThat(read(items).jobs()).extracting(ListedJob::jobId).containsExactly("t1");
        assertThat(read(items).leftOut())
                .hasValue("4 of 5 items cannot be used and are left out: items[0] is no object, and others");
        assertThat(read("[" + TASK + ",{\"_id\":\"t9\",\"status\":\"a\\nb\"}]").leftOut())
                .hasValue("1 of 2 items cannot be used and are left out: items[1] has a status that is not known");
        assertThat(read("[" + TASK + "]").leftOut()).isEmpty();
    }

    @Situation(
            of = Situation.Of.TENANTS,
            when = "One item of a list has a long text, or a step that is no number",
            then = "It is one of the list; only the field is missing")
    @Test
    void aTaskWithALongTextOrWithWhatIsNoNumberIsOneOfTheList() throws Exception {
        assertThat(read("[{\"_id\":\"t2\",\"status\":\"error\",\"failReason\":\"" + "x".repeat(9_000)
                                + "\",\"currentStep\":NaN,\"totalStep\":1e999}," + TASK + "]")
                        .jobs())
                .extracting(ListedJob::jobId)
                .containsExactly("t2", "t1");
    }

    @Test
    void aCursorOfAnotherKindIsNone() throws Exception {
        assertThat(read("[" + TASK + "],\"next\":{\"href\":\"/tasks\"}").next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"items\":null}", "{\"items\":{\"length\":1}}", "{\"items\":\"none\"}"})
    void aPageWithoutAListIsInvalid(String document) throws Exception {
        TaskPage page = StatusReader.shared().mapper().readValue(document, TaskPage.class);
        assertThat(StatusReader.shared().validation().getValidator().validate(page))
                .extracting(ConstraintViolation::getMessage)
                .containsExactly("must be a list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "<html></html>", "\"x\"", "{\"items\":[{\"_id\":\"t1\""})
    void whatIsNoPageIsRefused(String document) {
        assertThatThrownBy(() -> StatusReader.shared().mapper().readValue(document, TaskPage.class))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void aTaskOfAnotherProjectIsLeftOut() throws Exception {
        String other = TASK.replace("}", ",\"data\":{\"projectId\":\"p2\"}}");
        String own = TASK.replace("t1", "t2").replace("}", ",\"projectId\":\"p1\"}");
        JobList page = read("[" + other + "," + own + "]");
        assertThat(page.jobs()).extracting(ListedJob::jobId).containsExactly("t2");
        assertThat(page.leftOut())
                .hasValue("1 of 2 items cannot be used and are left out: items[0] is of another project");
    }

    @ParameterizedTest
    @CsvSource({"1 2 3, true", "3 2 1, false", "1 1 1, false", "1 3 2, false", "1, false", "1 x 2, true", "x x, false"})
    void thatTheOldestComesFirstIsNoticed(String times, boolean oldestFirst) throws Exception {
        String items = Stream.of(times.split(" "))
                .map(time -> time.equals("x") ? TASK : TASK.replace("}", ",\"createdAt\":" + time + "}"))
                .collect(Collectors.joining(","));
        assertThat(read("[" + items + "]").oldestFirst()).isEqualTo(oldestFirst);
    }

    private static JobList read(String items) throws Exception {
        return page(items).jobs("p1", Instant.EPOCH);
    }

    private static TaskPage page(String items) throws Exception {
        return StatusReader.shared().mapper().readValue("{\"items\":" + items + "}", TaskPage.class);
    }
}
