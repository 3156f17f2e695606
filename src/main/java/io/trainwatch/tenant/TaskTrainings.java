package io.trainwatch.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trainwatch.status.JobKey;
import io.trainwatch.status.JobList;
import io.trainwatch.status.ListedTraining;
import io.trainwatch.status.TrainingRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
    public Question latest(TrainingRequest training) {
        return new Question(api.listPath(training.project()).orElseThrow(), api.listQuery(training.project(), null));
    }

    @Override
    public Optional<ListedTraining> match(TrainingRequest training, JsonNode listed) {
        JsonNode data = listed.path("data").isObject() ? listed.path("data") : listed.path("parameters");
        String kind = listed.path("name").asText(listed.path("type").asText("")).toLowerCase(Locale.ROOT);
        boolean ofAllFlows = kind.contains("train") && kind.contains("all");
        boolean ofFlow = kind.contains("train") && !ofAllFlows && !kind.contains("yesno");
        if (training.flow() == null ? !ofAllFlows : !ofFlow) {
            return Optional.empty();
        }
        String trained = text(data, training.flow() == null ? "projectId" : "flowId");
        String wanted = training.flow() == null ? training.project() : training.flow();
        String locale = text(data, "localeId");
        boolean isAnother = trained != null && !trained.equals(wanted)
                || locale != null && training.locale() != null && !locale.equals(training.locale());
        return isAnother
                ? Optional.empty()
                : id(listed)
                        .map(id -> new ListedTraining(
                                id, TaskTime.of(listed.path("createdAt")), trained != null, hasEnded(listed)));
    }

    @Override
    public Question projects(String cursor) {
        return new Question(
                api.listPath(JobList.ALL_PROJECTS).orElseThrow(), api.listQuery(JobList.ALL_PROJECTS, cursor));
    }

    @Override
    public Question flows(String project, String cursor) {
        return new Question(
                api.prefix() + "/flows", "projectId=" + project + "&limit=" + PAGE + TasksApi.cursorQuery(cursor));
    }

    private static boolean hasEnded(JsonNode task) {
        return Set.of("done", "error", "cancelled").contains(task.path("status").asText(""));
    }

    private static Optional<String> id(JsonNode task) {
        return Optional.of(task.path("_id").asText(task.path("id").asText(""))).filter(JobKey::isSafe);
    }

    private static String text(JsonNode data, String field) {
        JsonNode value = data.path(field);
        return value.isTextual() && !value.textValue().isBlank() ? value.textValue() : null;
    }
}
