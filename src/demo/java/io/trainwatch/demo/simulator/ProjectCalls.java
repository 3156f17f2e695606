package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Lists and reads projects, flows and locales, as a tenant without faults does. For any thread. */
final class ProjectCalls {

    private static final List<Page.Sort> AS_THEY_STAND = List.of(new Page.Sort("position", false));
    private static final Instant LONG_AGO = Instant.parse("2025-01-01T00:00:00Z");

    private final SimulatedTasks tasks;
    private final TrainingResults results;

    ProjectCalls(SimulatedTasks tasks, TrainingResults results) {
        this.tasks = tasks;
        this.results = results;
    }

    Answer projects(TaskRequest request) {
        List<ObjectNode> all = tasks.projects().stream()
                .filter(project -> !tasks.isWithdrawn(project.projectId()))
                .map(this::project)
                .toList();
        return page("projects", all, request);
    }

    Answer project(TaskRequest request) {
        ProjectScript project = tasks.requireProject(request.target().id());
        return TaskBodies.one(200, project(project), request.call());
    }

    Answer flows(TaskRequest request) {
        ProjectScript project = projectOfQuery(request);
        boolean reports = "true".equals(request.query().get("includeFeedbackReport"));
        List<ObjectNode> all = project.flows().stream()
                .map(flow -> flow(project, flow, request.now()))
                .map(flow -> reports ? flow : flow.<ObjectNode>without("feedbackReport"))
                .toList();
        return page("flows", all, request);
    }

    Answer flow(TaskRequest request) {
        String id = request.target().id();
        ProjectScript project = tasks.projectOfFlow(id);
        String name = nameOf(id, project.flows(), project.flowIds());
        return TaskBodies.one(200, flow(project, name, request.now()), request.call());
    }

    Answer locales(TaskRequest request) {
        ProjectScript project = projectOfQuery(request);
        List<ObjectNode> all = project.locales().stream()
                .map(locale -> locale(project, locale, request.now()))
                .toList();
        return page("locales", all, request);
    }

    Answer locale(TaskRequest request) {
        String id = request.target().id();
        ProjectScript project = tasks.projectOfLocale(id);
        String name = nameOf(id, project.locales(), project.localeIds());
        return TaskBodies.one(200, locale(project, name, request.now()), request.call());
    }

    private ProjectScript projectOfQuery(TaskRequest request) {
        String id = request.query().get("projectId");
        if (id == null) {
            throw new TaskRefusal(400, TaskErrors.MISSING_ARGUMENT, "projectId is missing");
        }
        return tasks.requireProject(id);
    }

    private static String nameOf(String id, List<String> names, List<String> ids) {
        return names.get(ids.indexOf(id));
    }

    private Answer page(String name, List<ObjectNode> all, TaskRequest request) {
        List<Page.Row<ObjectNode>> rows = IntStream.range(0, all.size())
                .mapToObj(i -> new Page.Row<>(
                        List.of(String.format("%06d", i), all.get(i).get("_id").asText()), all.get(i)))
                .toList();
        return TaskBodies.page(name, Page.cut(rows, AS_THEY_STAND, request.query()), request.call());
    }

    private ObjectNode project(ProjectScript project) {
        return entity(project.projectId(), project.project())
                .put("primaryLocaleReference", project.localeIds().get(0));
    }

    private ObjectNode flow(ProjectScript project, String flow, Instant now) {
        ObjectNode json = entity(project.flowId(flow), flow);
        results.putInto(json, project, Map.of("flowId", project.flowId(flow)), now);
        return json;
    }

    private ObjectNode locale(ProjectScript project, String locale, Instant now) {
        ObjectNode json = entity(project.localeId(locale), locale)
                .put("primary", project.locales().indexOf(locale) == 0)
                .put("nluLanguage", project.locales().indexOf(locale) == 0 ? "en-US" : "de-DE");
        results.putInto(json, project, Map.of("localeId", project.localeId(locale)), now);
        return json;
    }

    private ObjectNode entity(String id, String name) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_id", id);
        json.put("referenceId", "reference-" + id);
        json.put("name", name);
        TaskJson.putEntityTime(json, "createdAt", LONG_AGO);
        TaskJson.putEntityTime(json, "lastChanged", LONG_AGO);
        return json.put("createdBy", TaskJson.USER).put("lastChangedBy", TaskJson.USER);
    }
}
