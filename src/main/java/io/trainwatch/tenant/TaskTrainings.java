package io.trainwatch.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.job.JobKey;
import io.trainwatch.job.JobList;
import io.trainwatch.job.TrainingRequest;
import io.trainwatch.job.TrainingRequest.ListedTraining;
import java.util.Locale;
import java.util.Optional;

/** Trainings of the {@code tasks} API: each is a task, whose data name the flow. */
record TaskTrainings(TasksApi api) implements TrainingStarts {

    private static final int PAGE = 100;

    @Override
    public String path(TrainingRequest training) {
        return training.flow() == null
                ? api.prefix() + "/projects/" + training.project() + "/trainallflows"
                : api.prefix() + "/flows/" + training.flow() + "/intents/train";
    }

    @Override
    public String body(TrainingRequest training) {
        if (training.flow() == null) {
            return "";
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("mode", training.mode());
        if (training.locale() != null) {
            body.put("localeId", training.locale());
        }
        return body.toString();
    }

    @Override
    public Optional<String> created(JsonNode answer) {
        return id(answer);
    }

    @Override
    public TenantRequest latest(TrainingRequest training) {
        return TenantRequest.get(
                api.listPath(training.project()).orElseThrow(), api.listQuery(training.project(), null));
    }

    @Override
    public Optional<ListedTraining> match(TrainingRequest training, Task listed) {
        boolean isOfKind = listed.kinds().stream().anyMatch(kind -> isOfKind(training, kind.toLowerCase(Locale.ROOT)));
        if (!isOfKind || !JobKey.isSafe(listed.jobId())) {
            return Optional.empty();
        }
        Task.Parameters given = listed.parameters();
        String trained = training.flow() == null ? given.projectId() : given.flowId();
        String wanted = training.flow() == null ? training.project() : training.flow();
        boolean isAnother = trained != null && !trained.equals(wanted)
                || given.localeId() != null
                        && training.locale() != null
                        && !given.localeId().equals(training.locale());
        boolean hasEnded = listed.status() != null && listed.status().state().isTerminal();
        return isAnother
                ? Optional.empty()
                : Optional.of(new ListedTraining(listed.jobId(), listed.createdAt(), trained != null, hasEnded));
    }

    private static boolean isOfKind(TrainingRequest training, String kind) {
        boolean ofAllFlows = kind.contains("train") && kind.contains("all");
        boolean ofFlow = kind.contains("train") && !ofAllFlows && !kind.contains("yesno");
        return training.flow() == null ? ofAllFlows : ofFlow;
    }

    @Override
    public TenantRequest projects(String cursor) {
        return TenantRequest.get(
                api.listPath(JobList.ALL_PROJECTS).orElseThrow(), api.listQuery(JobList.ALL_PROJECTS, cursor));
    }

    @Override
    public TenantRequest flows(String project, String cursor) {
        return TenantRequest.get(
                api.prefix() + "/flows", "projectId=" + project + "&limit=" + PAGE + TasksApi.cursorQuery(cursor));
    }

    private static Optional<String> id(JsonNode task) {
        return Optional.of(task.path("_id").asText(task.path("id").asText(""))).filter(JobKey::isSafe);
    }
}
