package io.trainwatch.demo.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Lists and reads projects, flows and locales, as a tenant without faults does. Flows and locales tell of their latest
 * training that was {@code done}. For any thread.
 */
final class ProjectCalls {

    private static final List<Page.Sort> AS_THEY_STAND = List.of(new Page.Sort("position", false));
    private static final Instant LONG_AGO = Instant.parse("2025-01-01T00:00:00Z");

    private final SimulatedTasks tasks;
    private final long seed;

    ProjectCalls(long seed, SimulatedTasks tasks) {
        this.tasks = tasks;
        this.seed = Chance.seed(seed, "training results");
    }

    Answer projects(SimulatedApi.Request request) {
        List<ObjectNode> all = tasks.projects().stream()
                .filter(project -> !tasks.isWithdrawn(project.projectId()))
                .map(this::project)
                .toList();
        return page("projects", all, request);
    }

    Answer project(SimulatedApi.Request request) {
        ProjectScript project = tasks.requireProject(request.id());
        return TaskJson.one(200, project(project), request.call());
    }

    Answer flows(SimulatedApi.Request request) {
        ProjectScript project = projectOfQuery(request);
        boolean reports = "true".equals(request.query().get("includeFeedbackReport"));
        List<ObjectNode> all = project.flows().stream()
                .map(flow -> flow(project, flow, request.now()))
                .map(flow -> reports ? flow : flow.<ObjectNode>without("feedbackReport"))
                .toList();
        return page("flows", all, request);
    }

    Answer flow(SimulatedApi.Request request) {
        String id = request.id();
        ProjectScript project = tasks.projectOfFlow(id);
        String name = nameOf(id, project.flows(), project.flowIds());
        return TaskJson.one(200, flow(project, name, request.now()), request.call());
    }

    Answer locales(SimulatedApi.Request request) {
        ProjectScript project = projectOfQuery(request);
        List<ObjectNode> all = project.locales().stream()
                .map(locale -> locale(project, locale, request.now()))
                .toList();
        return page("locales", all, request);
    }

    Answer locale(SimulatedApi.Request request) {
        String id = request.id();
        ProjectScript project = tasks.projectOfLocale(id);
        String name = nameOf(id, project.locales(), project.localeIds());
        return TaskJson.one(200, locale(project, name, request.now()), request.call());
    }

    private ProjectScript projectOfQuery(SimulatedApi.Request request) {
        String id = request.query().get("projectId");
        if (id == null) {
            throw new SimulatedApi.Refusal(400, TasksApi.MISSING_ARGUMENT, "projectId is missing");
        }
        return tasks.requireProject(id);
    }

    private static String nameOf(String id, List<String> names, List<String> ids) {
        return names.get(ids.indexOf(id));
    }

    private Answer page(String name, List<ObjectNode> all, SimulatedApi.Request request) {
        List<Page.Row<ObjectNode>> rows = IntStream.range(0, all.size())
                .mapToObj(i -> new Page.Row<>(
                        List.of(String.format("%06d", i), all.get(i).get("_id").asText()), all.get(i)))
                .toList();
        return TaskJson.page(name, Page.cut(rows, AS_THEY_STAND, request.query()), request.call());
    }

    private ObjectNode project(ProjectScript project) {
        return entity(project.projectId(), project.project())
                .put("primaryLocaleReference", project.localeIds().get(0));
    }

    private ObjectNode flow(ProjectScript project, String flow, Instant now) {
        ObjectNode json = entity(project.flowId(flow), flow);
        putResults(json, project, Map.of("flowId", project.flowId(flow)), now);
        return json;
    }

    private ObjectNode locale(ProjectScript project, String locale, Instant now) {
        ObjectNode json = entity(project.localeId(locale), locale)
                .put("primary", project.locales().indexOf(locale) == 0)
                .put("nluLanguage", project.locales().indexOf(locale) == 0 ? "en-US" : "de-DE");
        putResults(json, project, Map.of("localeId", project.localeId(locale)), now);
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

    private record Trained(SimulatedTask task, Instant at) {}

    /**
     * Puts {@code isTrainingOutOfDate}, {@code lastTrainedAt} and {@code feedbackReport}.
     *
     * @param trained the data that a training of it has
     */
    private void putResults(ObjectNode json, ProjectScript project, Map<String, String> trained, Instant now) {
        Optional<Trained> latest = tasks.everyTask().stream()
                .filter(task -> task.projectId().equals(project.projectId()) && trains(task.script(), trained))
                .flatMap(task -> finished(task, now).stream())
                .max(Comparator.comparing(Trained::at));
        json.put("isTrainingOutOfDate", latest.isEmpty());
        TaskJson.putEntityTime(json, "lastTrainedAt", latest.map(Trained::at).orElse(null));
        if (latest.isEmpty()) {
            json.putNull("feedbackReport");
            return;
        }
        long own = Chance.seed(seed, latest.get().task().id());
        ObjectNode report = json.putObject("feedbackReport");
        report.putObject("info").put("accuracy", share(own, 0)).put("fScore", share(own, 1));
        report.putArray("findings").addObject().put("type", "lowDataIntents").putArray("intents");
    }

    private static boolean trains(TaskScript script, Map<String, String> trained) {
        return script.name().equals(TaskScript.TRAIN_ALL_PROJECT_FLOWS)
                || script.name().startsWith("train") && script.data().entrySet().containsAll(trained.entrySet());
    }

    private static Optional<Trained> finished(SimulatedTask task, Instant now) {
        JobCurve.Look look = task.look(now);
        return look.state() == JobState.COMPLETED
                ? Optional.of(new Trained(task, task.timeOf(look.endedAt())))
                : Optional.empty();
    }

    /** 0.6 to 1, with three digits. */
    private static double share(long own, int which) {
        return Math.round((0.6 + 0.4 * Chance.at(own, which)) * 1_000) / 1_000.0;
    }
}
