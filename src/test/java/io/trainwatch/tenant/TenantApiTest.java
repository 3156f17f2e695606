package io.trainwatch.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.trainwatch.conventions.Situation;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobList;
import io.trainwatch.job.JobStatus;
import io.trainwatch.job.JobStatus.TrainedFlow;
import io.trainwatch.job.ResourceUtilization;
import io.trainwatch.job.TrainingState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantApiTest {

    private static final JobKey JOB = new JobKey("acme", "p1", "t1");

    @Situation(
            of = Situation.Of.TENANTS,
            when = "A tenant answers 403 or 404 to a task without `projectId`",
            then = "Each read of a task carries it, as that of public clients does")
    @ParameterizedTest
    @ValueSource(strings = {"/new/v2.0", "/v2.0", ""})
    void tasksAreBelowWhateverPrefixTheInstallationServes(String prefix) {
        TasksApi api = new TasksApi(prefix);
        assertThat(api.statusPath(JOB)).isEqualTo(prefix + "/tasks/t1");
        assertThat(api.statusQuery(JOB)).isEqualTo("projectId=p1");
        assertThat(api.cancelPath(JOB)).isEqualTo(prefix + "/tasks/t1/cancel");
        assertThat(api.cancelMethod()).isEqualTo("POST");
        assertThat(api.listPath("p1")).hasValue(prefix + "/tasks");
        assertThat(api.listPath(JobList.ALL_PROJECTS)).hasValue(prefix + "/projects");
        assertThat(api.projectPath("p1")).isEqualTo(prefix + "/projects/p1");
        assertThat(api.reportPath(ended(new TrainedFlow("f1", null)))).hasValue(prefix + "/flows/f1");
        assertThat(api.reportPath(ended(null))).isEmpty();
        assertThat(api.cancelScope()).isEmpty();
    }

    @Test
    void aCursorIsEncodedAndTheFirstPageHasNone() {
        TasksApi api = new TasksApi("/v2.0");
        assertThat(api.listQuery("p1", null)).isEqualTo("projectId=p1&limit=100&sort=createdAt:desc");
        assertThat(api.listQuery("p1", "a&b=c")).endsWith("&next=a%26b%3Dc");
        assertThat(api.listQuery(JobList.ALL_PROJECTS, null)).doesNotContain("projectId");
    }

    @Test
    void theTrainingApiHasProjectsAndAScopeForCancellingAndNeitherListsNorReports() {
        TrainingApi api = new TrainingApi();
        assertThat(api.statusPath(JOB)).isEqualTo("/projects/p1/ai/train/t1/status");
        assertThat(api.statusQuery(JOB)).isNull();
        assertThat(api.projectPath("p1")).isEqualTo("/projects/p1");
        assertThat(api.cancelScope()).hasValue("ai:training:write");
        assertThat(api.listPath("p1")).isEmpty();
        assertThat(api.reportPath(ended(new TrainedFlow("f1", null)))).isEmpty();
    }

    private static JobStatus ended(TrainedFlow trained) {
        return new JobStatus(
                "t1",
                TrainingState.COMPLETED,
                null,
                List.of(),
                ResourceUtilization.UNKNOWN,
                null,
                null,
                0,
                null,
                false,
                trained,
                Map.of());
    }
}
