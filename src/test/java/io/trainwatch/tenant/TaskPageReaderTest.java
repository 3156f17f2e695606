package io.trainwatch.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.status.JobList;
import io.trainwatch.status.ListedJob;
import io.trainwatch.status.StatusReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskPageReaderTest {

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
        assertThat(page.jobs()).extracting(ListedJob::kind).containsOnly("trainIntents");
        assertThat(page.jobs().get(1).status().trained().flow()).isEqualTo("f2");
    }

    @Test
    void oneTaskThatIsNotValidLeavesTheOthersReadable() throws Exception {
        assertThat(read("[7,{},{\"_id\":\"../x\",\"status\":\"done\"},{\"_id\":\"t9\",\"status\":\"other\"}," + TASK
                                + "]")
                        .jobs())
                .extracting(ListedJob::jobId)
                .containsExactly("t1");
    }

    private static JobList read(String items) throws Exception {
        StatusReader reader = StatusReader.shared();
        return new TaskPageReader(reader).read(reader.mapper().readValue("{\"items\":" + items + "}", TaskPage.class));
    }
}
