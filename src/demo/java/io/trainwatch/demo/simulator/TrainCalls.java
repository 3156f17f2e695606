package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Starts trainings, as a tenant without faults does. For any thread. */
final class TrainCalls {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration QUEUED = Duration.ofMillis(500);
    private static final Duration PER_FLOW = Duration.ofSeconds(10);
    private static final int STEPS_PER_FLOW = 10;

    private final SimulatedTasks tasks;

    TrainCalls(SimulatedTasks tasks) {
        this.tasks = tasks;
    }

    Answer flow(SimulatedApi.Request request) {
        ProjectScript project = tasks.projectOfFlow(request.id());
        JsonNode body = body(request.call());
        String mode = body.path("mode").asText("full");
        if (!List.of("full", "quick").contains(mode)) {
            throw new SimulatedApi.Refusal(400, "mode must be full or quick");
        }
        String locale =
                body.path("localeId").asText(project.localeId(project.locales().get(0)));
        if (!project.localeIds().contains(locale)) {
            throw new SimulatedApi.Refusal(404, "no such locale");
        }
        tasks.requireNoTraining(request.id());
        TaskScript training = training(project, TaskScript.TRAIN_INTENTS)
                .data("flowId", request.id())
                .data("localeId", locale)
                .data("mode", mode);
        return TaskJson.one(201, start(training, request), request.call());
    }

    Answer allFlows(SimulatedApi.Request request) {
        ProjectScript project = tasks.requireProject(request.id());
        int flows = Math.max(1, project.flows().size());
        TaskScript training = training(project, TaskScript.TRAIN_ALL_PROJECT_FLOWS)
                .data("projectId", project.projectId())
                .running(PER_FLOW.multipliedBy(flows))
                .steps(STEPS_PER_FLOW * flows);
        return TaskJson.one(201, start(training, request), request.call());
    }

    Answer yesNoOfLocale(SimulatedApi.Request request) {
        ProjectScript project = tasks.projectOfLocale(request.id());
        return yesNo(request, project, List.of(request.id()));
    }

    Answer yesNoOfProject(SimulatedApi.Request request) {
        ProjectScript project = tasks.requireProject(request.id());
        return yesNo(request, project, project.localeIds());
    }

    private Answer yesNo(SimulatedApi.Request request, ProjectScript project, List<String> locales) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode started = body.putArray("tasks");
        for (String locale : locales) {
            TaskScript training =
                    training(project, TaskScript.TRAIN_YES_NO_INTENTS).data("localeId", locale);
            started.add(start(training, request));
        }
        return TaskJson.one(201, body, request.call());
    }

    private static TaskScript training(ProjectScript project, String name) {
        return TaskScript.of(project.project(), "started", Ending.COMPLETES)
                .named(name)
                .queued(QUEUED)
                .running(PER_FLOW);
    }

    private ObjectNode start(TaskScript training, SimulatedApi.Request request) {
        SimulatedTask task = tasks.start(training);
        return TaskJson.created(task, task.look(request.now()));
    }

    private static JsonNode body(Call call) {
        try {
            JsonNode body = call.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(call.body());
            if (!body.isMissingNode() && !body.isObject()) {
                throw new SimulatedApi.Refusal(400, "the body must be a JSON object");
            }
            return body;
        } catch (IOException e) {
            throw new SimulatedApi.Refusal(400, "the body is not JSON");
        }
    }
}
